import type { ReactNode } from 'react'
import { Button, type ButtonProps } from './button'
import { Tip } from './tooltip'

type IconButtonProps = Omit<ButtonProps, 'aria-label' | 'children'> & {
  label: string
  children: ReactNode
  /** Shortcut shown in the tooltip. */
  keys?: string
  tip?: boolean
  side?: 'top' | 'bottom' | 'right'
}
/** A button with an icon only: its label is the accessible name and the tooltip. */
export function IconButton({ label, keys, tip = true, side, variant = 'ghost', size = 'icon', ...p }: IconButtonProps) {
  const button = <Button variant={variant} size={size} aria-label={label} {...p} />
  return tip ? (
    <Tip label={label} keys={keys} side={side}>
      {button}
    </Tip>
  ) : (
    button
  )
}
