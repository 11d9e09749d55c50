import { useEffect, useState } from 'react'
import { Input } from '@/shared/ui/input'

type Props = {
  value: number | null
  onValue: (value: number) => void
  /** May be left empty. */
  onEmpty?: () => void
  min: number
  max: number
  'aria-label'?: string
  placeholder?: string
  className?: string
}
/** A whole number. What is typed counts as soon as it is one that may be; what is not is put right when it is left. */
export function NumberInput({ value, onValue, onEmpty, min, max, className, ...p }: Props) {
  const [text, setText] = useState(String(value ?? ''))
  useEffect(() => {
    setText((before) => (before !== '' && Number(before) === value ? before : String(value ?? '')))
  }, [value])
  return (
    <Input
      {...p}
      type="number"
      inputMode="numeric"
      min={min}
      max={max}
      value={text}
      className={`tabular ${className ?? ''}`}
      onChange={(e) => {
        setText(e.target.value)
        const n = e.target.valueAsNumber
        if (e.target.value === '') onEmpty?.()
        else if (Number.isInteger(n) && n >= min && n <= max) onValue(n)
      }}
      onBlur={() => setText(String(value ?? ''))}
    />
  )
}
