import { CircleAlert, CircleCheck, Clock, Pause } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { useCountdown } from '@/shared/lib/use-countdown'
import { useFormat } from '@/shared/session/use-format'
import { ProgressBar } from '@/shared/ui/progress'
import { Spinner } from '@/shared/ui/spinner'
import { KIND_ICON } from './kinds'
import { progressOf, spanOf } from './model'
import type { SyncChat, SyncStatus } from './types'

/** How far history has been read in, and how long it will take. */
export function SyncBar({ status: s }: { status: SyncStatus }) {
  const { t } = useTranslation('accounts')
  const { num } = useFormat()
  const wait = useCountdown(
    s.waitUntil ? Math.ceil((Date.parse(s.waitUntil) - Date.now()) / 1000) : undefined,
    s.waitUntil,
  )
  const span = s.etaSeconds === null ? null : spanOf(s.etaSeconds)
  const share = progressOf(s)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
        <span className="font-medium" role="status">
          {t(`sync.${s.state}`)}
        </span>
        <span className="tabular text-xs text-subtle">
          {t('sync.chats', { done: num(s.chats.done), total: num(s.chats.total ?? s.chats.done) })}
          {' · '}
          {s.messages.total === null
            ? t('sync.messages', { count: s.messages.done, shown: num(s.messages.done) })
            : t('sync.messagesOf', { done: num(s.messages.done), total: num(s.messages.total) })}
        </span>
        {s.state === 'running' && wait > 0 ? (
          <span className="tabular ml-auto text-xs text-warning">{t('sync.wait', { time: clock(wait) })}</span>
        ) : (
          s.state === 'running' &&
          span && <span className="ml-auto text-xs text-subtle">{t(`eta.${span.unit}`, { count: span.count })}</span>
        )}
      </div>
      <ProgressBar value={share} label={t('sync.label')} />
    </div>
  )
}

const SIGN = { waiting: Clock, paused: Pause, done: CircleCheck, failed: CircleAlert } as const
const TONE = { waiting: 'gray', paused: 'gray', done: 'green', failed: 'red', running: 'blue' } as const
export function SyncChats({ chats }: { chats: readonly SyncChat[] }) {
  const { t } = useTranslation('accounts')
  const { num } = useFormat()
  return (
    <ul className="border-t border-line">
      {chats.map((c) => {
        const Kind = KIND_ICON[c.kind]
        const Sign = c.state === 'running' ? null : SIGN[c.state]
        return (
          <li
            key={c.chatId}
            className="flex min-h-11 items-center gap-3 border-b border-line-soft px-4 py-1.5 last:border-0 md:px-5"
          >
            <Kind size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm">{c.title}</span>
              {c.error && <span className="block truncate text-xs text-danger">{c.error}</span>}
              {c.state === 'running' && (
                <ProgressBar
                  value={c.total ? c.done / c.total : undefined}
                  label={t('sync.ofChat', { name: c.title })}
                  className="mt-1"
                />
              )}
            </span>
            <span className="tabular shrink-0 text-xs text-subtle">
              {c.total === null ? num(c.done) : `${num(c.done)} / ${num(c.total)}`}
            </span>
            <span
              role="img"
              aria-label={t(`sync.state.${c.state}`)}
              data-tone={TONE[c.state]}
              className="grid size-5 shrink-0 place-items-center text-tone-fg"
            >
              {Sign ? <Sign size={15} aria-hidden /> : <Spinner size={14} />}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
