import { lazy, Suspense } from 'react'
import { useGuard } from '@/shared/session/guard'
import { useSession } from '@/shared/session/session'
import StepUp from './step-up'

const FactorRequired = lazy(() => import('./factor-required'))

/** What refusals ask of the person: to confirm who they are, or to set up a second factor first. */
export default function Guarded() {
  const required = useGuard((s) => s.required)
  const { factorRequired } = useSession()
  return (
    <Suspense>
      {(required || factorRequired) && <FactorRequired />}
      <StepUp />
    </Suspense>
  )
}
