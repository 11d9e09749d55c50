import { createFileRoute, redirect } from '@tanstack/react-router'
import { AppLayout } from '@/app/shell/app-layout'
import { isApiError } from '@/shared/api/errors'
import { i18n, loadTexts, setLocale } from '@/shared/i18n'
import { sessionOptions } from '@/shared/session/session-query'
import { useTheme } from '@/shared/theme/theme'

/** Everything below needs a session. The language and theme of the profile win over those of the device. */
export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionOptions()).catch((e: unknown) => {
      if (isApiError(e) && e.status === 401)
        throw redirect({ to: '/signin', search: { next: location.href === '/' ? undefined : location.href } })
      throw e
    })
    return { session }
  },
  loader: async ({ context: { session } }) => {
    const { locale, theme } = session.user
    if (useTheme.getState().theme !== theme) useTheme.getState().setTheme(theme)
    await loadTexts('shell')
    if (i18n.language !== locale) await setLocale(locale)
  },
  staleTime: Number.POSITIVE_INFINITY, // once per sign-in: a later change on this device is not undone by navigation
  component: AppLayout,
})
