import { CSPProvider } from '@base-ui/react/csp-provider'
import { lazy, type ReactNode, Suspense } from 'react'
import { LiveRegions } from './announcer'
import { useConfirmHost } from './confirm'
import { useToaster } from './toast'

const Toaster = lazy(() => import('./toaster'))
const ConfirmHost = lazy(() => import('./confirm-host'))

/** Once, at the root: toasts, confirmations, live regions; no inline <style> of Base UI (strict CSP). */
export function UiProvider({ children }: { children: ReactNode }) {
  const toasts = useToaster((s) => s.wanted)
  const confirms = useConfirmHost((s) => s.wanted)
  return (
    <CSPProvider disableStyleElements>
      {children}
      <LiveRegions />
      <Suspense>
        {toasts && <Toaster />}
        {confirms && <ConfirmHost />}
      </Suspense>
    </CSPProvider>
  )
}
