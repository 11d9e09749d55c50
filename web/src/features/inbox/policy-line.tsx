import { useQuery } from '@tanstack/react-query'
import { MoonStar, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { time } from '@/shared/lib/format'
import { useMinute } from '@/shared/lib/use-minute'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Popover } from '@/shared/ui/popover'
import { chatContactOptions } from './api'
import { type PolicyReason, policyOptions, reasonsNow } from './policy'

const OWN = ['do_not_contact', 'opted_out', 'suppressed', 'no_consent'] as const
const CHANNELS = ['telegram', 'email'] as const
const QUIET = 'policy.quiet_hours'

type LineProps = { contactId: string; channel: string }
/** Below the composer, where room is kept for it: nothing moves when it comes. */
export default function PolicyLine({ contactId, channel }: LineProps) {
  const { t } = useTranslation('inbox')
  const now = useMinute()
  const q = useQuery(policyOptions(contactId, channel))
  const words = useWords(contactId, channel, q.data?.reasons.some((r) => r.code === QUIET) ?? false)
  const [open, setOpen] = useState(false)
  const reasons = reasonsNow(q.data, now)
  const first = reasons[0]
  const more = reasons.length - 1
  const Icon = first?.code === QUIET ? MoonStar : TriangleAlert
  return (
    <span role="status" className="absolute inset-x-4 bottom-0.5 flex empty:hidden">
      {first && (
        <Popover
          open={open}
          onOpenChange={setOpen}
          label={t('policy.title')}
          side="top"
          className="w-72"
          trigger={
            <button
              type="button"
              className="flex h-6 min-w-0 items-center gap-1.5 rounded-md px-1.5 text-xs text-warning hover:bg-hover"
            >
              <Icon size={13} aria-hidden className="shrink-0" />
              <span className="min-w-0 truncate">
                {words(first, now)}
                {more > 0 && ` ${t('policy.more', { count: more })}`}
              </span>
            </button>
          }
        >
          <ul className="flex flex-col gap-1.5 text-sm">
            {reasons.map((r) => (
              <li key={r.code}>{words(r, now)}</li>
            ))}
          </ul>
          <p className="mt-2 text-xs text-subtle">{t('policy.note')}</p>
        </Popover>
      )}
    </span>
  )
}

/** A reason in words. Quiet hours are told on the clock of the contact, when it is known. */
function useWords(contactId: string, channel: string, quiet: boolean) {
  const { t, i18n } = useTranslation('inbox')
  const { dateTime } = useFormat()
  const maySee = useCan('crm.contacts.read')
  const contact = useQuery({ ...chatContactOptions(contactId), enabled: quiet && maySee }).data
  const zone = contact?.timeZone ?? contact?.phoneTimeZone
  return (r: PolicyReason, now: number) => {
    const own = OWN.find((code) => r.code === `policy.${code}`)
    if (own) {
      const on = CHANNELS.find((c) => c === (r.params['channel'] ?? channel)) ?? 'api'
      return t(`policy.${own}`, { channel: t(`policy.on.${on}`) })
    }
    if (r.code === QUIET && zone && r.until) {
      try {
        const there = (at: number | string) => time(at, i18n.language, zone)
        return t('policy.quiet_hours', { time: there(now), until: there(r.until) })
      } catch {
        // The browser has not heard of the zone.
      }
    }
    return r.until ? `${r.message} ${t('policy.until', { at: dateTime(r.until) })}` : r.message
  }
}
