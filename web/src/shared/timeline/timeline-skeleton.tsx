import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'

export function TimelineSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-3">
      <Skeleton className="h-3 w-16" />
      {['w-3/5', 'w-1/2', 'w-2/3', 'w-2/5'].map((w) => (
        <Fragment key={w}>
          <div className="flex items-center gap-3">
            <Skeleton className="size-6 rounded-full" />
            <Skeleton className={`h-3.5 ${w}`} />
          </div>
        </Fragment>
      ))}
    </div>
  )
}
