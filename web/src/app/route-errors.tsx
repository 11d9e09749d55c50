import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useTitle } from '@/shared/lib/use-title'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'

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
  useTitle(t('error.pageNotFound'))
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
