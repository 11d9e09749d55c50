import { CalendarDays, Ellipsis, type LucideIcon, MessageCircle, Phone, StickyNote } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { ActivityKind } from '@/api/gen/types.gen'
import { fromLocal, toLocal } from '@/shared/lib/dates'
import { useSession } from '@/shared/session/session'
import { Input } from '@/shared/ui/input'
import { Segmented } from '@/shared/ui/segmented'

export const ACTIVITY_ICON: Record<ActivityKind, LucideIcon> = {
  note: StickyNote,
  call: Phone,
  meeting: CalendarDays,
  message: MessageCircle,
  other: Ellipsis,
}
const KINDS = Object.keys(ACTIVITY_ICON) as ActivityKind[]
const MAX_MINUTES = 7 * 24 * 60

/** What a note tells of, when that was (null: when it was written), how long it took. */
export type About = { kind: ActivityKind; occurredAt: string | null; durationMinutes: number | null }
export const PLAIN: About = { kind: 'note', occurredAt: null, durationMinutes: null }

export function ActivityInput({ value, onChange }: { value: About; onChange: (v: About) => void }) {
  const { t } = useTranslation('timeline')
  const zone = useSession().user.timeZone
  const id = useId()
  const { kind, occurredAt, durationMinutes } = value
  return (
    <div className="flex flex-wrap items-center gap-2 px-2 pb-2">
      <Segmented
        label={t('activity.kind')}
        value={kind}
        onValueChange={(next) => onChange({ ...value, kind: next })}
        options={KINDS.map((k) => {
          const Icon = ACTIVITY_ICON[k]
          return {
            value: k,
            icon: <Icon size={14} aria-hidden />,
            label: <span className={k === kind ? '' : 'sr-only'}>{t(`activity.${k}`)}</span>,
          }
        })}
      />
      {kind !== 'note' && (
        <>
          <label htmlFor={`${id}-at`} className="sr-only">
            {t('activity.when')}
          </label>
          <Input
            id={`${id}-at`}
            size="sm"
            type="datetime-local"
            className="w-auto!"
            value={toLocal(occurredAt ?? Date.now(), zone)}
            onChange={(e) => onChange({ ...value, occurredAt: fromLocal(e.target.value, zone) })}
          />
          <span className="flex items-center gap-1.5 text-xs text-subtle">
            <Input
              size="sm"
              type="number"
              inputMode="numeric"
              aria-label={t('activity.duration')}
              className="w-20!"
              min={1}
              max={MAX_MINUTES}
              value={durationMinutes ?? ''}
              onChange={(e) => onChange({ ...value, durationMinutes: minutesOf(e.target.value) })}
            />
            <span aria-hidden>{t('activity.min')}</span>
          </span>
        </>
      )}
    </div>
  )
}
function minutesOf(text: string): number | null {
  const n = Math.round(Number(text))
  return text.trim() && n >= 1 ? Math.min(n, MAX_MINUTES) : null
}
