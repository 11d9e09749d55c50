import { Popover as Base } from '@base-ui/react/popover'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'

type PopoverProps = Pick<ComponentProps<typeof Base.Positioner>, 'align' | 'side' | 'sideOffset' | 'anchor'> &
  Pick<ComponentProps<typeof Base.Popup>, 'initialFocus' | 'finalFocus'> & {
    /** The element that opens it: `<Button>…</Button>`. */
    trigger?: ReactElement
    /** Accessible name when there is no heading inside. */
    label: string
    open?: boolean
    onOpenChange?: (open: boolean) => void
    /** Without padding: the content brings its own. */
    bare?: boolean
    className?: string
    children: ReactNode
  }
export function Popover({
  trigger,
  label,
  open,
  onOpenChange,
  align = 'start',
  side,
  sideOffset = 6,
  anchor,
  bare,
  initialFocus,
  finalFocus,
  className,
  children,
}: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={(o) => onOpenChange?.(o)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Positioner
          sideOffset={sideOffset}
          align={align}
          side={side}
          anchor={anchor}
          className="z-50 outline-none"
        >
          <Base.Popup
            aria-label={label}
            initialFocus={initialFocus}
            finalFocus={finalFocus}
            className={cn(
              'popup-anim max-h-(--available-height) max-w-[calc(100vw-16px)] overflow-y-auto rounded-lg bg-raised text-fg shadow-pop outline-none',
              !bare && 'p-3',
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
export const PopoverClose = Base.Close
