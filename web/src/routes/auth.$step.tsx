import { createFileRoute, notFound } from '@tanstack/react-router'
import { AuthSteps, isStep } from '@/features/auth/auth-steps'
import { loadTexts } from '@/shared/i18n'

/** Where links in mails lead, with their token behind the #: it is sent to nobody. */
export const Route = createFileRoute('/auth/$step')({
  loader: () => loadTexts('auth', 'recovery'),
  component: Page,
})

function Page() {
  const { step } = Route.useParams()
  if (!isStep(step)) throw notFound()
  return <AuthSteps step={step} />
}
