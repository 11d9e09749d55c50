import { Menu as Base } from '@base-ui/react/menu'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'
import { CheckMark, Chevron } from './icons'
import { popupItemCls as item, popupCls } from './popup'

export const Menu = Base.Root
export const MenuTrigger = Base.Trigger
type ContentProps = { children: ReactNode; className?: string } & Pick<
  ComponentProps<typeof Base.Positioner>,
  'align' | 'side' | 'sideOffset' | 'anchor'
> &
  Pick<ComponentProps<typeof Base.Popup>, 'finalFocus'>
export function MenuContent({ children, className, align = 'start', side = 'bottom', finalFocus, ...p }: ContentProps) {
  return (
    <Base.Portal>
      <Base.Positioner sideOffset={4} align={align} side={side} className="z-50 outline-none" {...p}>
        <Base.Popup finalFocus={finalFocus} className={cn(popupCls, 'min-w-44', className)}>
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}
type ItemProps = Omit<ComponentProps<typeof Base.Item>, 'className'> & { danger?: boolean; className?: string }
export const MenuItem = ({ className, danger, ...p }: ItemProps) => (
  <Base.Item className={cn(item, danger && 'text-danger [&_svg]:text-danger!', className)} {...p} />
)
export const MenuSeparator = () => <Base.Separator className="-mx-1 my-1 h-px bg-line" />
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <div className="px-2 pt-1.5 pb-1 text-2xs font-medium text-subtle">{children}</div>
)
export function MenuRadio({ children, ...p }: ComponentProps<typeof Base.RadioItem>) {
  return (
    <Base.RadioItem className={cn(item, 'pr-7 relative')} {...p}>
      {children}
      <Base.RadioItemIndicator className="absolute right-2">
        <CheckMark />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  )
}
export const MenuRadioGroup = Base.RadioGroup
export function MenuCheckbox({ children, ...p }: ComponentProps<typeof Base.CheckboxItem>) {
  return (
    <Base.CheckboxItem closeOnClick={false} className={cn(item, 'relative pr-7')} {...p}>
      {children}
      <Base.CheckboxItemIndicator className="absolute right-2">
        <CheckMark />
      </Base.CheckboxItemIndicator>
    </Base.CheckboxItem>
  )
}
/** Wraps MenuItems in a nested menu. */
export function Submenu({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={cn(item, 'data-[popup-open]:bg-hover')}>
        {label}
        <span className="ml-auto -rotate-90">
          <Chevron />
        </span>
      </Base.SubmenuTrigger>
      <MenuContent side="right" align="start">
        {children}
      </MenuContent>
    </Base.SubmenuRoot>
  )
}
