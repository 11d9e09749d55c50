import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'

export const backdropCls =
  'fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0'
const widths = {
  sm: 'w-[min(420px,calc(100vw-24px))]',
  md: 'w-[min(560px,calc(100vw-24px))]',
  lg: 'w-[min(800px,calc(100vw-24px))]',
} as const

type DialogProps = Pick<ComponentProps<typeof Base.Popup>, 'initialFocus' | 'finalFocus'> & {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  footer?: ReactNode
  size?: keyof typeof widths
  /** false: the question must be answered; no ×, no Escape, no press beside it. */
  dismissible?: boolean
  children?: ReactNode
}
/** A window over the page. With a form: put the submit button into `footer` with `form="form-id"`, or the whole form inside. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  size = 'md',
  dismissible = true,
  children,
  ...focus
}: DialogProps) {
  const { t } = useTranslation()
  return (
    <Base.Root open={open} onOpenChange={(o) => onOpenChange(o)} disablePointerDismissal={!dismissible}>
      <Base.Portal>
        <Base.Backdrop className={backdropCls} />
        <Base.Popup
          {...focus}
          className={cn(
            'popup-anim fixed inset-x-0 top-[max(12px,10vh)] z-50 mx-auto flex max-h-[calc(100dvh-24px-min(10vh,80px))] flex-col rounded-xl bg-raised text-fg shadow-pop outline-none',
            widths[size],
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold tracking-[-0.01em]">{title}</Base.Title>
              {description && <Base.Description className="mt-0.5 text-sm text-muted">{description}</Base.Description>}
            </div>
            {dismissible && (
              <Base.Close
                aria-label={t('action.close')}
                className="-mr-1.5 grid size-7 place-items-center rounded-md text-subtle hover:bg-hover hover:text-fg"
              >
                <X size={16} />
              </Base.Close>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>
          {footer && <DialogFooter>{footer}</DialogFooter>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
export const DialogFooter = ({ children }: { children: ReactNode }) => (
  <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{children}</footer>
)
