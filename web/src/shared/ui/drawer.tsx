import { Drawer as Base } from '@base-ui/react/drawer'
import { X } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { backdropCls } from './dialog'
import './drawer.css'

const sides = {
  right: 'drawer-right right-0 top-0 h-full',
  bottom: 'drawer-bottom inset-x-0 bottom-0 max-h-[88dvh]',
} as const

type DrawerProps = Pick<ComponentProps<typeof Base.Popup>, 'initialFocus' | 'finalFocus'> & {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  /** Buttons right of the title. */
  actions?: ReactNode
  footer?: ReactNode
  /** `bottom` is the phone's sheet. */
  side?: keyof typeof sides
  /** false: the page behind stays usable (peek panel on desktop). */
  modal?: boolean
  /** Without padding: the content brings its own. */
  bare?: boolean
  /** Nothing inside takes focus: the body does, to be scrolled from the keyboard. */
  reading?: boolean
  children: ReactNode
}
export function Drawer({
  open,
  onOpenChange,
  title,
  description,
  actions,
  footer,
  side = 'right',
  modal = true,
  bare = false,
  reading = false,
  children,
  ...focus
}: DrawerProps) {
  const { t } = useTranslation()
  return (
    <Base.Root
      open={open}
      onOpenChange={(o) => onOpenChange(o)}
      modal={modal}
      disablePointerDismissal={!modal}
      swipeDirection={side === 'right' ? 'right' : 'down'}
    >
      <Base.Portal>
        {modal && <Base.Backdrop className={backdropCls} />}
        <Base.Viewport className={cn('fixed inset-0 z-50', !modal && 'pointer-events-none')}>
          <Base.Popup
            {...focus}
            data-beside={modal ? undefined : ''}
            className={cn(
              'pointer-events-auto fixed flex flex-col bg-raised text-fg shadow-pop outline-none drawer',
              sides[side],
            )}
          >
            <header className="flex min-h-(--header-h) items-center gap-2 border-b border-line px-4 py-2">
              <div className="min-w-0 flex-1">
                <Base.Title className="truncate text-base font-semibold">{title}</Base.Title>
                {description && (
                  <Base.Description className="truncate text-xs text-subtle">{description}</Base.Description>
                )}
              </div>
              {actions}
              <Base.Close
                aria-label={t('action.close')}
                className="-mr-1 grid size-7 place-items-center rounded-md text-subtle hover:bg-hover hover:text-fg"
              >
                <X size={16} />
              </Base.Close>
            </header>
            <Base.Content
              tabIndex={reading ? 0 : undefined}
              className={cn('min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]', !bare && 'p-4')}
            >
              {children}
            </Base.Content>
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
