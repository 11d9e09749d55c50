import { Input } from '@/shared/ui/input'

/** A time is taken when it is whole. */
export function TimeField({
  value,
  onValue,
  ...p
}: {
  id?: string
  'aria-label'?: string
  value: string
  onValue: (v: string) => void
}) {
  return (
    <Input
      {...p}
      key={value}
      type="time"
      size="sm"
      className="w-30!"
      defaultValue={value}
      onBlur={(e) => {
        const next = e.target.value
        if (next && next !== value) onValue(next)
        else e.target.value = value
      }}
    />
  )
}
