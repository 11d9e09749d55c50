import type { ProviderId } from '@/shared/session/federated'
import { CameBackPage } from './came-back-page'
import { ForgotPage } from './forgot-page'
import { InvitationPage } from './invitation-page'
import { ResetPage } from './reset-page'
import { UnsubscribePage } from './unsubscribe-page'
import { VerifyPage } from './verify-page'

const STEPS = {
  forgot: ForgotPage,
  reset: ResetPage,
  verify: VerifyPage,
  invitation: InvitationPage,
  unsubscribe: UnsubscribePage,
}
const PROVIDERS = ['google', 'github', 'oidc', 'telegram'] as const
type Step = keyof typeof STEPS | ProviderId
const isProvider = (step: string): step is ProviderId => (PROVIDERS as readonly string[]).includes(step)
export const isStep = (step: string): step is Step => Object.hasOwn(STEPS, step) || isProvider(step)

export function AuthSteps({ step }: { step: Step }) {
  if (isProvider(step)) return <CameBackPage key={step} provider={step} />
  const Page = STEPS[step]
  return <Page key={step} />
}
