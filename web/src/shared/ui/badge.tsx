import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { type Tone, toneOf } from './tone'

export function Badge({
  tone,
  dot,
  children,
  className,
}: {
  tone: Tone
  dot?: boolean
  children: ReactNode
  className?: string
}) {
  return (
    <span
      data-tone={tone}
      className={cn(
        'inline-flex h-5 max-w-full items-center gap-1.5 rounded-sm bg-tone px-1.5 text-xs font-medium text-tone-fg',
        className,
      )}
    >
      {dot && <span className="size-1.5 shrink-0 rounded-full bg-tone-solid" />}
      <span className="truncate">{children}</span>
    </span>
  )
}

/** A tag: its tone comes from its text. With `onRemove` a button takes it away. */
export function Tag({
  children,
  onRemove,
  className,
}: {
  children: string
  onRemove?: () => void
  className?: string
}) {
  const { t } = useTranslation()
  return (
    <span
      data-tone={toneOf(children)}
      className={cn(
        'inline-flex h-5 max-w-full items-center gap-0.5 rounded-sm bg-tone px-1.5 text-xs font-medium text-tone-fg',
        className,
      )}
    >
      <span className="truncate">{children}</span>
      {onRemove && (
        <button
          type="button"
          aria-label={t('ui.removeValue', { value: children })}
          onClick={onRemove}
          className="relative -mr-1 grid size-4 shrink-0 place-items-center rounded-xs after:absolute after:-inset-1 hover:bg-tone-line"
        >
          <X size={11} strokeWidth={2.2} />
        </button>
      )}
    </span>
  )
}
