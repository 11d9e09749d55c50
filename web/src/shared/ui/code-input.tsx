import type { Ref } from 'react'
import './code-input.css'
import { useControl } from './control'

const LENGTH = 6
const SLOTS = Array.from({ length: LENGTH }, (_, i) => i)

type CodeInputProps = {
  value: string
  onValueChange: (digits: string) => void
  /** The last digit is there: by hand, from the clipboard or from the messages of a phone. */
  onComplete: (digits: string) => void
  disabled?: boolean
  autoFocus?: boolean
  ref?: Ref<HTMLInputElement>
}
/**
 * Six digits. One input under drawn boxes: pasting, filling in by the browser and screen readers work as in any other.
 * Belongs into a Field.
 */
export function CodeInput({ value, onValueChange, onComplete, disabled, autoFocus, ref }: CodeInputProps) {
  const control = useControl()
  const take = (text: string) => {
    const digits = text.replace(/\D/g, '').slice(0, LENGTH)
    onValueChange(digits)
    if (digits.length === LENGTH && digits !== value) onComplete(digits)
  }
  return (
    <div className="code-input" data-invalid={control['aria-invalid'] ? '' : undefined}>
      <div aria-hidden className="code-input-boxes">
        {SLOTS.map((i) => (
          <span key={i} data-next={i === Math.min(value.length, LENGTH - 1) ? '' : undefined}>
            {value[i]}
          </span>
        ))}
      </div>
      <input
        {...control}
        ref={ref}
        value={value}
        inputMode="numeric"
        autoComplete="one-time-code"
        // biome-ignore lint/a11y/noAutofocus: the only thing to do on its page
        autoFocus={autoFocus}
        readOnly={disabled}
        onChange={(e) => take(e.target.value)}
        onSelect={({ currentTarget: input }) => {
          // The boxes are filled from the left: a caret between them could not be seen.
          const end = input.value.length
          if (input.selectionStart === input.selectionEnd && input.selectionEnd !== end)
            input.setSelectionRange(end, end)
        }}
      />
    </div>
  )
}
