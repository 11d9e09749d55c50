import { createFileRoute } from '@tanstack/react-router'
import { SignUpPage } from '@/features/auth/sign-up-page'
import { loadTexts } from '@/shared/i18n'
import { safeNext } from '@/shared/lib/safe-next'
import { sendOn } from '@/shared/session/send-on'

export const Route = createFileRoute('/signup')({
  validateSearch: (s: Record<string, unknown>): { next?: string } => ({ next: safeNext(s['next']) }),
  beforeLoad: ({ context, search }) => sendOn(context.queryClient, search.next),
  loader: () => loadTexts('auth'),
  component: Page,
})

function Page() {
  return <SignUpPage next={Route.useSearch().next} />
}
