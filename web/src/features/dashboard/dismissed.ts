import { useState } from 'react'

const place = (organizationId: string) => `rapport.onboarding.${organizationId}`

/** Whether the finished checklist was put away on this device. */
export function useDismissed(organizationId: string) {
  const [dismissed, set] = useState(() => localStorage.getItem(place(organizationId)) === 'done')
  return {
    dismissed,
    dismiss: () => {
      localStorage.setItem(place(organizationId), 'done')
      set(true)
    },
  }
}
