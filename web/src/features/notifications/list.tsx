import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AtSign, Bell, CheckCheck, Clock, Hourglass, type LucideIcon, UserPlus } from 'lucide-react'
import { lazy, type RefObject, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { dayOf } from '@/shared/lib/dates'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Actions } from './actions'
import { listOptions } from './api'
import { byDay, type Group, linkOf, whichOf } from './model'
import { type MenuOf, Row, SubjectName } from './row'
import type { Show } from './search-params'

const RowMenu = lazy(() => import('./menus'))

export function useNotifications(show: Show) {
  const q = useInfiniteQuery(listOptions(useMemo(() => whichOf(show), [show])))
  const items = useMemo(() => {
    // A page that was read later may repeat what has moved up meanwhile.
    const seen = new Set<string>()
    return q.data?.pages.flatMap((p) => p.items).filter((n) => !seen.has(n.id) && seen.add(n.id))
  }, [q.data])
  return { q, items }
}

/** Walks from row to row by keys, and stays where one was when a row leaves. */
export function useWalk(root: RefObject<HTMLElement | null>) {
  const at = useRef(0)
  return useMemo(() => {
    const rows = () => [...(root.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const here = () => document.activeElement?.closest<HTMLElement>('[data-notification]') ?? null
    const index = () => rows().findIndex((r) => here()?.contains(r))
    const focus = (i: number) => {
      const all = rows()
      const row = all[Math.max(0, Math.min(i, all.length - 1))]
      row?.focus()
      row?.scrollIntoView({ block: 'nearest' })
    }
    return {
      step: (by: 1 | -1) => {
        const now = index()
        focus(now < 0 ? at.current : now + by)
      },
      here: () => here()?.dataset['notification'] ?? null,
      anchor: () => here(),
      /** For the element around the rows. */
      watch: {
        onFocus: () => {
          const now = index()
          if (now >= 0) at.current = now
        },
      },
      /** Once what was done shows. */
      stay: () =>
        requestAnimationFrame(() => {
          if (!here()) focus(at.current)
        }),
    }
  }, [root])
}
export type Walk = ReturnType<typeof useWalk>

type ListProps = {
  show: Show
  actions: Actions
  walk: Walk
  root: RefObject<HTMLDivElement | null>
  /** In the panel: without boxes and cards. */
  compact?: boolean
  selected?: ReadonlySet<string>
  onSelect?: (id: string, selected: boolean, range: boolean) => void
  menu: MenuOf | null
  onMenu: (menu: MenuOf | null) => void
  onOpen: () => void
}
export function NotificationList(props: ListProps) {
  const { show, root, walk, compact, actions, menu, onMenu, selected } = props
  const { t } = useTranslation('notifications')
  const { user } = useSession()
  const { q, items } = useNotifications(show)
  const days = useMemo(() => byDay(items ?? [], user.timeZone), [items, user.timeZone])
  const more = useMore(q.hasNextPage && !q.isFetchingNextPage, q.fetchNextPage)
  if (q.isPending) return <Rows compact={compact} />
  if (q.error && !items)
    return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="m-auto" />
  if (days.length === 0) return <Nothing show={show} />
  const of = menu && selected?.has(menu.n.id) ? (items ?? []).filter((n) => selected.has(n.id)) : menu && [menu.n]
  return (
    <div ref={root} {...walk.watch} className={cn('flex flex-col', !compact && 'gap-5')}>
      {days.map(({ day, groups }) => (
        <section key={day} aria-labelledby={`day-${show}-${day}`}>
          <h3
            id={`day-${show}-${day}`}
            className={cn('text-xs font-medium text-subtle', compact ? 'px-4 pt-3 pb-1' : 'px-1 pb-1.5')}
          >
            <DayName day={day} />
          </h3>
          <div className={cn(!compact && 'overflow-hidden rounded-lg bg-card shadow-card')}>
            {groups.map((g) => (
              <GroupRows key={g.key} group={g} {...props} />
            ))}
          </div>
        </section>
      ))}
      {q.hasNextPage && (
        <div ref={more} className="flex justify-center py-3">
          <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t('older')}
          </Button>
        </div>
      )}
      <Suspense>
        {menu && of && (
          <RowMenu of={menu} items={of} actions={actions} onDone={walk.stay} onClose={() => onMenu(null)} />
        )}
      </Suspense>
    </div>
  )
}

function DayName({ day }: { day: string }) {
  const { t } = useTranslation('notifications')
  const { user } = useSession()
  const fmt = useFormat()
  const now = Date.now()
  if (day === dayOf(now, user.timeZone)) return t('today')
  if (day === dayOf(now - 86_400_000, user.timeZone)) return t('yesterday')
  return fmt.day(`${day}T12:00:00Z`)
}

/** Several about one record stand under its name. */
function GroupRows({ group, ...p }: { group: Group } & ListProps) {
  const [first] = group.items
  const several = group.items.length > 1 && group.subject !== null
  const link = first && linkOf({ ...first, category: 'system' })
  const rows = group.items.map((n: Notification) => (
    <Row
      key={n.id}
      n={n}
      actions={p.actions}
      within={several}
      selected={p.selected?.has(n.id)}
      onSelect={p.onSelect}
      onMenu={p.onMenu}
      onOpen={p.onOpen}
    />
  ))
  if (!several || !group.subject) return <ul className="border-line-soft not-last:border-b">{rows}</ul>
  const name = <SubjectName subject={group.subject} />
  return (
    <div className="border-line-soft not-last:border-b">
      <p className="flex items-center gap-2 px-4 pt-2.5 text-xs font-medium text-muted">
        {link ? (
          <Link {...(link as { to: string })} className="flex min-w-0 hover:underline" onClick={p.onOpen}>
            {name}
          </Link>
        ) : (
          name
        )}
        <span className="tabular text-subtle">{group.items.length}</span>
      </p>
      <ul>{rows}</ul>
    </div>
  )
}

const EMPTY: Record<Show, LucideIcon> = {
  all: Bell,
  unread: CheckCheck,
  mentions: AtSign,
  assigned: UserPlus,
  sla: Hourglass,
  system: Bell,
  snoozed: Clock,
}
function Nothing({ show }: { show: Show }) {
  const { t } = useTranslation('notifications')
  return (
    <EmptyState
      icon={EMPTY[show]}
      tone={show === 'unread' ? 'green' : 'blue'}
      title={t(`empty.${show}`)}
      text={t(`emptyText.${show}`)}
      actions={
        show === 'all' && (
          <Link to="/settings/notifications" className={buttonCls('secondary', 'md')}>
            {t('settings')}
          </Link>
        )
      }
    />
  )
}

/** The next page is read when its place comes into sight. */
function useMore(wanted: boolean, load: () => unknown) {
  const now = useRef({ wanted, load })
  now.current = { wanted, load }
  return useCallback((el: HTMLElement | null) => {
    if (!el || typeof IntersectionObserver === 'undefined') return
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && now.current.wanted) void now.current.load()
    })
    watch.observe(el)
    return () => watch.disconnect()
  }, [])
}

/** The rows before they are there: nothing moves when they come. */
function Rows({ compact }: { compact?: boolean }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      <div className={compact ? 'px-4 pt-3 pb-1' : 'px-1 pb-1.5'}>
        <Skeleton className="h-4 w-16" />
      </div>
      <div className={cn(!compact && 'overflow-hidden rounded-lg bg-card shadow-card')}>
        {['w-2/3', 'w-1/2', 'w-3/5', 'w-2/5', 'w-3/4'].map((w) => (
          <div key={w} className="flex items-start gap-3 border-line-soft py-3 pr-3 pl-4 not-last:border-b">
            {!compact && <span className="w-[15px]" />}
            <Skeleton className="size-8 shrink-0 rounded-full!" />
            <div className="flex flex-1 flex-col gap-2 pt-0.5">
              <Skeleton className={`h-3.5 ${w}`} />
              <Skeleton className="h-3 w-36" />
            </div>
          </div>
        ))}
      </div>
    </div>
  )
}

/** The state of the menu, for the page and the panel alike. */
export function useRowMenu() {
  const [menu, setMenu] = useState<MenuOf | null>(null)
  return { menu, setMenu }
}
