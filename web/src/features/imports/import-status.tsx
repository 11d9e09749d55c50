import { useTranslation } from 'react-i18next'
import type { ImportCounts, ImportStatus } from '@/api/gen/types.gen'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import type { Tone } from '@/shared/ui/tone'

const TONES: Record<ImportStatus, Tone> = {
  ready: 'gray',
  running: 'blue',
  completed: 'green',
  failed: 'red',
  cancelled: 'amber',
  reverting: 'violet',
  reverted: 'violet',
}
export function StatusBadge({ status }: { status: ImportStatus }) {
  const { t } = useTranslation('imports')
  return (
    <Badge tone={TONES[status]} dot>
      {t(`status.${status}`)}
    </Badge>
  )
}

export const OUTCOMES = [
  { key: 'created', tone: 'green' },
  { key: 'updated', tone: 'blue' },
  { key: 'skipped', tone: 'gray' },
  { key: 'failed', tone: 'red' },
] as const satisfies readonly { key: keyof ImportCounts; tone: Tone }[]

/** 98 created · 5 failed: only what there is. */
export function CountsLine({ counts }: { counts: ImportCounts }) {
  const { t } = useTranslation('imports')
  const shown = OUTCOMES.filter((o) => counts[o.key] > 0)
  if (shown.length === 0) return <span className="text-subtle">{t('counts.none')}</span>
  return (
    <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-0.5">
      {shown.map((o) => (
        <span key={o.key} data-tone={o.tone} className="tabular inline-flex items-center gap-1.5 whitespace-nowrap">
          <span className="size-1.5 shrink-0 rounded-full bg-tone-solid" />
          {t(`counts.${o.key}`, { n: counts[o.key] })}
        </span>
      ))}
    </span>
  )
}

/** The proportions of the outcome in one bar. Says nothing by itself: the numbers stand beside it. */
export function OutcomeBar({ counts, total }: { counts: ImportCounts; total: number }) {
  const { num } = useFormat()
  return (
    <div aria-hidden className="flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-active">
      {OUTCOMES.filter((o) => counts[o.key] > 0).map((o) => (
        <span
          key={o.key}
          data-tone={o.tone}
          title={num(counts[o.key])}
          className="min-w-1 bg-tone-solid transition-[width] duration-300"
          style={{ width: `${(counts[o.key] / Math.max(1, total)) * 100}%` }}
        />
      ))}
    </div>
  )
}
