import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Control } from './control'

type FieldProps = {
  label: ReactNode
  /** Visible to screen readers only. */
  hideLabel?: boolean
  hint?: ReactNode
  error?: ReactNode
  required?: boolean
  /** Says “optional” beside the label. Mark the rarer kind of a form, never both. */
  optional?: boolean
  /** Right of the label: a link, a counter. */
  aside?: ReactNode
  className?: string
  children: ReactNode
}
/** Label, control, hint and error, tied together by ids. The control is any input of shared/ui. */
export function Field({ label, hideLabel, hint, error, required, optional, aside, className, children }: FieldProps) {
  const { t } = useTranslation()
  const id = useId()
  const describedBy = [error && `${id}e`, hint && `${id}h`].filter(Boolean).join(' ') || undefined
  const control = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': !!error || undefined,
    'aria-required': required,
  }
  return (
    <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
      <div className={cn('flex items-baseline gap-2', hideLabel && 'sr-only')}>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
          {optional && <span className="font-normal text-subtle"> · {t('ui.optional')}</span>}
        </label>
        {aside && <span className="ml-auto text-xs text-subtle">{aside}</span>}
      </div>
      <Control value={control}>{children}</Control>
      {error && (
        <p id={`${id}e`} className="text-xs text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}h`} className="text-xs text-subtle">
          {hint}
        </p>
      )}
    </div>
  )
}
