import { ForgotPage } from './forgot-page'
import { InvitationPage } from './invitation-page'
import { ResetPage } from './reset-page'
import { VerifyPage } from './verify-page'

const STEPS = { forgot: ForgotPage, reset: ResetPage, verify: VerifyPage, invitation: InvitationPage }
type Step = keyof typeof STEPS
export const isStep = (step: string): step is Step => Object.hasOwn(STEPS, step)

export function AuthSteps({ step }: { step: Step }) {
  const Page = STEPS[step]
  return <Page key={step} />
}
