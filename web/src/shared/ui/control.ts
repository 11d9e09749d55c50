import { type AriaAttributes, createContext, use } from 'react'

export type ControlProps = {
  id?: string
  'aria-describedby'?: string
  'aria-invalid'?: AriaAttributes['aria-invalid']
  'aria-required'?: AriaAttributes['aria-required']
}
export const Control = createContext<ControlProps>({})

/** What every control of shared/ui spreads on its focusable element; props given to the control win. */
export function useControl(own: ControlProps = {}): ControlProps {
  const field = use(Control)
  return {
    id: own.id ?? field.id,
    'aria-describedby': own['aria-describedby'] ?? field['aria-describedby'],
    'aria-invalid': own['aria-invalid'] ?? field['aria-invalid'],
    'aria-required': own['aria-required'] ?? field['aria-required'],
  }
}
