import type { QueryClient } from '@tanstack/react-query'
import type { Notification, UnreadCount } from '@/api/gen/types.gen'
import { i18n, loadTexts } from '@/shared/i18n'
import type { LiveEvent } from '@/shared/live/effects'
import { onNews } from '@/shared/live/news'
import { toast } from '@/shared/ui/toast'
import { actionsOf } from './actions'
import { api } from './api'
import { COUNT_KEY } from './count'

/**
 * Says a mention in a toast, one at a time, where the person would not see it otherwise. What is about the record that
 * is on screen has been seen.
 */
type Page = {
  path: () => string
  /** The panel is open: it shows what comes. */
  isOpen: () => boolean
  open: (n: Notification) => void
  openAll: () => void
  /** Gives how to stop. */
  onPath: (tell: () => void) => () => void
}
/** What was missed while the line was away is no news. */
const FRESH_MS = 30_000
/** Several mentions within this are one message. */
const TOGETHER_MS = 1000
const LOOK_MS = 2000
const MANY = 50
const RECORD = /^\/(contacts|companies|deals|inbox)\/([^/]+)$/

export function watchNotifications(qc: QueryClient, page: Page): () => void {
  const actions = actionsOf(qc)
  let mentions = new Set<string>()
  let telling: ReturnType<typeof setTimeout> | undefined
  let looking: ReturnType<typeof setTimeout> | undefined
  let shown: string | null = null

  const subjectOnScreen = () => RECORD.exec(page.path())?.[2] ?? null
  const unread = async () => (await api.list({ filter: 'unread', limit: MANY })).items

  const tell = async () => {
    const ids = mentions
    mentions = new Set()
    if (document.hidden || page.isOpen() || page.path() === '/notifications') return
    const here = subjectOnScreen()
    const [all] = await Promise.all([unread(), loadTexts('notifications')])
    const news = all.filter((n) => ids.has(n.id) && n.subject?.id !== here)
    const [first] = news
    if (!first) return
    if (shown) toast.close(shown)
    const one = news.length === 1
    shown = toast.add({
      title: one ? first.text : i18n.t('notifications:mentionedMore', { count: news.length }),
      description: one ? (first.subject?.name ?? undefined) : undefined,
      type: 'info',
      timeout: 8000,
      action: {
        label: i18n.t('notifications:open'),
        onClick: () => {
          if (!one) return page.openAll()
          actions.read(first)
          page.open(first)
        },
      },
    })
  }
  const look = async () => {
    const here = subjectOnScreen()
    const count = qc.getQueryData<UnreadCount>(COUNT_KEY)?.unread
    if (!here || document.hidden || !count) return
    const seen = (await unread()).filter((n) => n.subject?.id === here)
    for (const n of seen) actions.read(n)
  }
  const lookSoon = () => {
    clearTimeout(looking)
    looking = setTimeout(() => void look().catch(() => {}), LOOK_MS)
  }
  const hear = (event: LiveEvent) => {
    if (event.type !== 'notification.created') return
    if (subjectOnScreen()) lookSoon()
    if (event.data['category'] !== 'mentions' || Date.now() - Date.parse(event.occurredAt) > FRESH_MS) return
    for (const id of event.subject.ids) mentions.add(id)
    clearTimeout(telling)
    telling = setTimeout(() => void tell().catch(() => {}), TOGETHER_MS)
  }
  const stops = [onNews(hear), page.onPath(lookSoon)]
  lookSoon()
  return () => {
    clearTimeout(telling)
    clearTimeout(looking)
    for (const stop of stops) stop()
  }
}
