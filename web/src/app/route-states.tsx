import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'

/** Default error component of every route: a failed loader, or a throw while rendering. */
export function RouteError({ error }: ErrorComponentProps) {
  const router = useRouter()
  const { reset } = useQueryErrorResetBoundary()
  useEffect(() => reset(), [reset])
  return (
    <div className="grid h-full flex-1 place-items-center overflow-auto">
      <ErrorState error={error} onRetry={() => void router.invalidate()} />
    </div>
  )
}

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <div className="grid h-full flex-1 place-items-center overflow-auto bg-surface">
      <EmptyState
        icon={SearchX}
        tone="gray"
        title={t('error.pageNotFound')}
        text={t('error.pageNotFoundHint')}
        actions={
          <Link to="/" className={buttonCls('primary', 'md')}>
            {t('error.home')}
          </Link>
        }
      />
    </div>
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
