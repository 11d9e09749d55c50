import { Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { useCountdown } from '@/shared/lib/use-countdown'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import { STATUS_TONE, shareOf, toneOf, wayOut } from './model'
import type { Account } from './types'

export function StatusBadge({ account: a }: { account: Account }) {
  const { t } = useTranslation('accounts')
  const said = a.status === 'connected' && a.mode !== 'active' ? t(`mode.${a.mode}`) : t(`status.${a.status}`)
  return (
    <Badge tone={toneOf(a)} dot className="shrink-0">
      {said}
    </Badge>
  )
}

/** Until when the network takes nothing from this account. */
export function FloodTimer({ until }: { until: string | null }) {
  const { t } = useTranslation('accounts')
  const left = useCountdown(until ? Math.ceil((Date.parse(until) - Date.now()) / 1000) : undefined, until)
  if (!until || left <= 0) return null
  return (
    <span data-tone="amber" className="inline-flex items-center gap-1 text-xs font-medium text-tone-fg">
      <Hourglass size={12} aria-hidden />
      {t('flood')} <span className="tabular">{clock(left)}</span>
    </span>
  )
}

export function Usage({ label, used, limit }: { label: string; used: number; limit: number }) {
  const { num } = useFormat()
  const share = shareOf(used, limit)
  return (
    <div className="min-w-0">
      <div className="flex items-baseline gap-2 text-xs">
        <span className="min-w-0 flex-1 truncate text-subtle">{label}</span>
        <span className={share >= 1 ? 'tabular font-medium text-danger' : 'tabular text-muted'}>
          {num(used)} / {num(limit)}
        </span>
      </div>
      <ProgressBar value={share} label={label} className="mt-1" />
    </div>
  )
}

/** What is the matter with an account, in words one can act on, and the way out. */
export function StatusNotice({
  account: a,
  onWayOut,
  busy,
}: {
  account: Account
  onWayOut?: () => void
  busy?: boolean
}) {
  const { t } = useTranslation('accounts')
  const out = wayOut(a)
  if (a.status === 'connected' && a.mode === 'active') return null
  const tone = STATUS_TONE[a.status]
  const kind = tone === 'red' ? 'error' : tone === 'amber' || tone === 'orange' ? 'warning' : 'info'
  const own = a.status === 'connected'
  const extra: ReactNode =
    a.status === 'flood_wait' ? (
      <FloodTimer until={a.floodUntil} />
    ) : a.status === 'restricted' ? (
      <Until at={a.restrictedUntil} />
    ) : null
  return (
    <Notice
      kind={own ? 'info' : kind}
      title={own ? t(`mode.${a.mode}`) : t(`status.${a.status}`)}
      actions={
        out &&
        onWayOut && (
          <Button size="md" busy={busy} onClick={onWayOut}>
            {t(`wayOut.${out}`)}
          </Button>
        )
      }
    >
      {own ? t(`modeHelp.${a.mode}`) : (a.statusText ?? t(`help.${a.status}`))}
      {extra && <span className="mt-1 block">{extra}</span>}
    </Notice>
  )
}
function Until({ at }: { at: string | null }) {
  const { t } = useTranslation('accounts')
  const { dateTime } = useFormat()
  return at && <span className="text-xs font-medium">{t('until', { at: dateTime(at) })}</span>
}

export function AccountFace({ account: a, size }: { account: Pick<Account, 'network' | 'name'>; size: number }) {
  return (
    <span
      aria-hidden
      data-tone={a.network === 'sandbox' ? 'violet' : 'sky'}
      className="grid shrink-0 place-items-center rounded-full bg-tone font-semibold text-tone-fg"
      style={{ width: size, height: size, fontSize: Math.round(size * 0.4) }}
    >
      {[...a.name.trim()][0]?.toUpperCase() ?? '·'}
    </span>
  )
}
