import { useTranslation } from 'react-i18next'
import { time } from '@/shared/lib/format'
import { useMinute } from '@/shared/lib/use-minute'
import { cityOf } from './city'
import { offsetNow } from './zones'

/** Of a contact. */
type LocalTimeProps = { zones: { timeZone?: string | null; phoneTimeZone?: string | null } }
/** What the clock shows where somebody is, as far as that is known: by their zone, else by their phone. Wants the texts `zones`. */
export function LocalTime({ zones: { timeZone, phoneTimeZone } }: LocalTimeProps) {
  const { t, i18n } = useTranslation('zones')
  const now = useMinute()
  const zone = timeZone ?? phoneTimeZone
  const offset = zone && offsetNow(zone, new Date(now))
  // The browser may not have heard of the zone.
  if (!zone || !offset) return null
  const place = { city: cityOf(zone, i18n.language), offset }
  return (
    <span
      title={t(timeZone ? 'local.place' : 'local.placeByPhone', place)}
      className="pointer-events-auto relative tabular text-xs whitespace-nowrap text-muted"
    >
      {t('local.there', { time: time(now, i18n.language, zone) })}
    </span>
  )
}
export default LocalTime
