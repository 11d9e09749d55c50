import type { ReactNode } from 'react'
import { Button, type ButtonProps } from './button'
import { type TipSide, tipProps } from './tooltip'

type IconButtonProps = Omit<ButtonProps, 'aria-label' | 'children'> & {
  label: string
  children: ReactNode
  /** Shortcut shown in the tooltip. */
  keys?: string
  tip?: boolean
  side?: TipSide
}
/** A button with an icon only: its label is the accessible name and the tooltip. */
export function IconButton({ label, keys, tip = true, side, variant = 'ghost', size = 'icon', ...p }: IconButtonProps) {
  return (
    <Button
      variant={variant}
      size={size}
      aria-label={label}
      {...(tip ? tipProps({ label, keys, side }) : undefined)}
      {...p}
    />
  )
}
