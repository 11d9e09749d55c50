import type { ErrorComponentProps } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Skeleton } from '@/shared/ui/skeleton'

const load = () => import('./route-errors')
/** Fetched while there is nothing else to do: an error page must not need the network that is just missing. */
export function preloadErrorPages() {
  setTimeout(() => void load().catch(() => {}), 2000)
}
const orBare = <P,>(pick: (m: Awaited<ReturnType<typeof load>>) => ComponentType<P>) =>
  lazy(() =>
    load().then(
      (m) => ({ default: pick(m) as ComponentType<unknown> }),
      () => ({ default: Bare }),
    ),
  )
const ErrorPage = orBare((m) => m.RouteError) as ComponentType<ErrorComponentProps>
const NotFound = orBare((m) => m.NotFoundPage)

/** Not even the error page could be loaded. */
function Bare() {
  const { t } = useTranslation()
  return (
    <div role="alert" className="m-auto flex flex-col items-center gap-4 p-6">
      {t('error.network')}
      <Button size="md" onClick={() => location.reload()}>
        {t('action.reload')}
      </Button>
    </div>
  )
}

/** Default error component of every route: a failed loader, or a throw while rendering. */
export function RouteError(p: ErrorComponentProps) {
  return (
    <Suspense fallback={<RoutePending />}>
      <ErrorPage {...p} />
    </Suspense>
  )
}

export function NotFoundPage() {
  return (
    <Suspense fallback={<RoutePending />}>
      <NotFound />
    </Suspense>
  )
}

/** While a route's code or data is on its way, and only when that takes a while. */
export function RoutePending() {
  const { t } = useTranslation()
  return (
    <section aria-busy aria-label={t('ui.loading')} className="flex flex-1 flex-col">
      <div className="flex h-(--header-h) shrink-0 items-center gap-2 border-b border-line px-4">
        <Skeleton className="size-4.5" />
        <Skeleton className="h-4 w-36" />
      </div>
      <div className="flex flex-col gap-4 p-4">
        {['w-2/3', 'w-1/2', 'w-3/5', 'w-2/5', 'w-1/3'].map((w) => (
          <Skeleton key={w} className={`h-4 ${w}`} />
        ))}
      </div>
    </section>
  )
}
