import { Combobox } from '@/shared/ui/combobox'

const labelOf = (zone: string) => zone.replaceAll('_', ' ')
let zones: { value: string; label: string }[] | null = null
function allZones() {
  zones ??= [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
    value,
    label: labelOf(value),
  }))
  return zones
}
/** One of all time zones that the browser knows. */
export default function ZoneSelect({ value, onValue }: { value: string; onValue: (zone: string) => void }) {
  return (
    <Combobox
      value={{ value, label: labelOf(value) }}
      clearable={false}
      options={allZones()}
      onValueChange={(o) => o && onValue(o.value)}
    />
  )
}
