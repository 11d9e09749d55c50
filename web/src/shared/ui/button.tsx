import type { ComponentProps } from 'react'
import { cn } from '@/shared/lib/cn'
import { Spinner } from './spinner'

const base =
  'relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-[background-color,box-shadow,color] duration-100 data-[disabled]:pointer-events-none data-[disabled]:opacity-50'
const variants = {
  primary: 'bg-accent text-accent-fg shadow-btn hover:bg-accent-hover',
  secondary: 'bg-raised text-fg shadow-card hover:bg-row-hover data-[popup-open]:bg-row-hover',
  ghost: 'text-muted hover:bg-hover hover:text-fg data-[popup-open]:bg-active data-[popup-open]:text-fg',
  inverse: 'text-inverse-fg hover:bg-inverse-line',
  'inverse-danger': 'text-inverse-danger hover:bg-inverse-line',
  danger: 'bg-danger-solid text-white shadow-btn hover:brightness-110',
} as const
const sizes = {
  xs: 'h-6 px-1.5 text-xs',
  sm: 'h-7 px-2 text-xs',
  md: 'h-8 px-3 text-sm',
  lg: 'h-9 px-4 text-sm',
  xl: 'h-10 px-4 text-base',
  icon: 'size-7',
  'icon-xs': 'size-6',
  'icon-lg': 'size-9',
} as const

export type ButtonVariant = keyof typeof variants
export type ButtonSize = keyof typeof sizes
/** The look alone, for a link that is a call to action: `<Link className={buttonCls('primary', 'md')}>`. */
export const buttonCls = (variant: ButtonVariant = 'secondary', size: ButtonSize = 'sm') =>
  cn(base, variants[variant], sizes[size])

export type ButtonProps = Omit<ComponentProps<'button'>, 'className'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Work is under way: keeps its width and focus, takes no second press. */
  busy?: boolean
  className?: string
}
/** Native on purpose: every page has one, also those before sign-in, which have no room for Base UI. */
export function Button({ variant, size, busy, disabled, className, children, onClick, ...p }: ButtonProps) {
  return (
    <button
      type="button"
      {...p}
      className={cn(buttonCls(variant, size), className)}
      disabled={disabled && !busy}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      data-disabled={disabled || busy ? '' : undefined}
      onClick={busy ? (e) => e.preventDefault() : onClick}
    >
      {busy ? (
        <>
          <span className="absolute inset-0 grid place-items-center">
            <Spinner size={14} />
          </span>
          <span className="inline-flex items-center gap-1.5 opacity-0">{children}</span>
        </>
      ) : (
        children
      )}
    </button>
  )
}
