import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '@/api/gen/client.gen'
import { RoutePending } from '@/app/route-states'
import { useLeft } from '@/features/records/left'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useSession } from '@/shared/session/session'
import { useSessionExpired } from '@/shared/session/session-query'
import { useViewChange, viewingOf } from '@/shared/session/viewing'
import { HeaderEnd } from '@/shared/ui/page-header'
import { TooltipHost } from '@/shared/ui/tooltip-host'
import { Bell, useUnreadSigns } from './bell'
import { OfflineBanner } from './offline-banner'
import { type Overlay, useShell } from './overlays'
import { Sidebar, TabBar } from './sidebar'
import { useOtherTabs } from './use-other-tabs'
import { useSameView } from './use-same-view'
import { useShortcuts } from './use-shortcuts'

const OVERLAYS = {
  palette: lazy(() => import('./command-palette')),
  shortcuts: lazy(() => import('./shortcut-sheet')),
  newOrganization: lazy(() => import('./new-organization')),
  more: lazy(() => import('./more-sheet')),
  notifications: lazyWithTexts(['notifications'], () => import('./notification-panel')),
} satisfies Record<Overlay, unknown>
const LeftDialog = lazy(() => import('@/features/records/left-dialog'))
const GoHint = lazy(() => import('./go-hint'))
const SignInAgain = lazyWithTexts(['recovery'], () => import('./sign-in-again'))
const Guarded = lazyWithTexts(['security', 'recovery'], () => import('./guarded'))
const ViewingBanner = lazyWithTexts(['viewing'], () => import('./viewing-banner'))
const VerifyBanner = lazyWithTexts(['recovery'], () => import('./verify-banner'))

// A refusal may be a question to the person: what asks it comes with the first one.
client.interceptors.response.use(async (response, request, sent) =>
  response.status === 403 ? (await import('@/shared/session/guard')).guard(response, request, sent) : response,
)

// Letters that only names of people and companies have.
void import('@/styles/rare-fonts.css')

export function AppLayout() {
  const { t } = useTranslation('shell')
  const switching = useShell((s) => s.switching)
  const changing = useViewChange((s) => s.changing)
  const session = useSession()
  const { user, factorRequired } = session
  const viewing = viewingOf(session)
  useShortcuts()
  useOtherTabs()
  useSameView()
  useWatch()
  useUnreadSigns()
  useLiveUpdates()
  return (
    <div className="flex h-full flex-col bg-canvas md:flex-row">
      <a
        href="#main"
        className="absolute top-2 left-2 z-70 -translate-y-16 rounded-md bg-raised px-3 py-2 font-medium focus:translate-y-0 focus:shadow-pop"
      >
        {t('nav.skip')}
      </a>
      <Sidebar />
      <main
        id="main"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden bg-surface outline-none md:my-2 md:mr-2 md:rounded-lg md:shadow-panel"
      >
        {viewing && (
          <Suspense fallback={<ViewingBannerSpace />}>
            <ViewingBanner key={viewing.userId} viewing={viewing} />
          </Suspense>
        )}
        <OfflineBanner />
        <Suspense>{user.emailVerified === false && <VerifyBanner />}</Suspense>
        <HeaderEnd value={<Bell />}>
          {switching || changing || factorRequired ? <RoutePending /> : <Outlet />}
        </HeaderEnd>
      </main>
      <TabBar />
      <Over />
    </div>
  )
}

/** As high as the banner to come. */
function ViewingBannerSpace() {
  return (
    <div aria-hidden data-tone="violet" className="shrink-0 border-b-2 border-tone-solid bg-tone py-1.5">
      <div className="h-6 any-pointer-coarse:h-8" />
    </div>
  )
}

/** Everything that lies over the page. */
function Over() {
  const { seen, going } = useShell()
  const { expired, asked } = useSessionExpired()
  const left = useLeft((s) => s.wanted)
  const guarded = useSession().factorRequired || asked
  return (
    <>
      {[...seen].map((name) => {
        const Window = OVERLAYS[name]
        return (
          <Suspense key={name}>
            <Window />
          </Suspense>
        )
      })}
      <TooltipHost />
      <Suspense>
        {going && <GoHint />}
        {expired && <SignInAgain />}
        {left && <LeftDialog />}
        {guarded && <Guarded />}
      </Suspense>
    </>
  )
}

/** What was opened last, and what is new. Watching starts after the page. */
function useWatch() {
  const qc = useQueryClient()
  const router = useRouter()
  useEffect(() => {
    let stop: (() => void) | undefined
    let gone = false
    void import('./watch').then((m) => {
      if (!gone) stop = m.watch(qc, router)
    })
    return () => {
      gone = true
      stop?.()
    }
  }, [qc, router])
}

/** Before the page asked for anything; of a later sign-in, a moment before. */
let since = performance.timeOrigin
const MOMENT_MS = 2000

/** What others do shows by itself. The connection is made after the page. */
function useLiveUpdates() {
  const qc = useQueryClient()
  const session = useSession()
  const who = `${session.user.id} ${session.organization.id} ${viewingOf(session)?.userId ?? ''}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person, organization or view is another connection
  useEffect(() => {
    let stop: (() => void) | undefined
    let gone = false
    const from = since
    void import('@/shared/live/start').then((m) => {
      if (!gone) stop = m.startLive(qc, from)
    })
    return () => {
      gone = true
      since = Date.now() - MOMENT_MS
      stop?.()
    }
  }, [qc, who])
}
