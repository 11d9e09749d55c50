import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useControl } from './control'

/** The look of everything one types into or picks from. 16 px on touch, else iOS zooms. */
export const controlCls =
  'w-full min-w-0 rounded-md border border-control bg-surface text-sm text-fg shadow-xs transition-[border-color,outline-color] duration-100 any-pointer-coarse:text-lg hover:border-muted focus-visible:border-accent focus-visible:outline-3 focus-visible:outline-offset-0 focus-visible:outline-ring/40 aria-invalid:border-danger disabled:bg-sunken disabled:text-subtle data-[disabled]:bg-sunken data-[disabled]:text-subtle'
const heights = { sm: 'h-7 px-2', md: 'h-8 px-2.5', lg: 'h-10 px-3' } as const
export type ControlSize = keyof typeof heights
export const controlHeight = (s: ControlSize) => heights[s]

export type InputProps = Omit<ComponentProps<'input'>, 'size'> & {
  size?: ControlSize
  icon?: ReactNode
  end?: ReactNode
}
/** `icon` sits at the start, `end` (a button, a unit) at the end. */
export function Input({ size = 'md', icon, end, className, ...p }: InputProps) {
  const input = (
    <input
      {...p}
      {...useControl(p)}
      className={cn(controlCls, heights[size], icon && 'pl-8!', end && 'pr-9!', className)}
    />
  )
  if (!icon && !end) return input
  return (
    <span className="relative block w-full">
      {icon && (
        <span className="pointer-events-none absolute inset-y-0 left-2.5 grid place-items-center text-subtle">
          {icon}
        </span>
      )}
      {input}
      {end && <span className="absolute inset-y-0 right-1 grid place-items-center">{end}</span>}
    </span>
  )
}

export function Textarea({ className, rows = 4, ...p }: ComponentProps<'textarea'>) {
  return (
    <textarea rows={rows} {...p} {...useControl(p)} className={cn(controlCls, 'resize-y px-2.5 py-1.5', className)} />
  )
}

/** A password with a reveal button and a Caps Lock warning. Set `autoComplete` to current-password or new-password. */
export function PasswordInput({ onKeyUp, onBlur, ...p }: Omit<InputProps, 'type' | 'end'>) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  const [caps, setCaps] = useState(false)
  const capsId = useId()
  const described = useControl(p)['aria-describedby']
  return (
    <>
      <Input
        {...p}
        type={shown ? 'text' : 'password'}
        spellCheck={false}
        autoCapitalize="none"
        aria-describedby={[described, caps && capsId].filter(Boolean).join(' ') || undefined}
        onKeyUp={(e) => {
          setCaps(e.getModifierState('CapsLock'))
          onKeyUp?.(e)
        }}
        onBlur={(e) => {
          setCaps(false)
          onBlur?.(e)
        }}
        end={
          <button
            type="button"
            aria-label={t(shown ? 'ui.hidePassword' : 'ui.showPassword')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="grid size-7 place-items-center rounded-sm text-subtle hover:text-fg"
          >
            {shown ? <EyeOff size={15} /> : <Eye size={15} />}
          </button>
        }
      />
      <span role="status" id={capsId} className={cn('text-xs text-warning', !caps && 'sr-only')}>
        {caps && t('ui.capsLock')}
      </span>
    </>
  )
}
