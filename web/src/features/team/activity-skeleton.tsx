import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'

/** In the form of the lines to come. */
export function ActivitySkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['w-56', 'w-44', 'w-64', 'w-48', 'w-60', 'w-40', 'w-52', 'w-36'].map((w) => (
        <div key={w} className="flex items-start gap-3 border-b border-line-soft px-4 py-2.5">
          <Skeleton className="mt-0.5 size-7 rounded-full!" />
          <div className="flex flex-1 flex-col gap-2 py-0.5">
            <Skeleton className={`h-3.5 max-w-full ${w}`} />
            <Skeleton className="h-3.5 w-32" />
          </div>
          <Skeleton className="mt-0.5 h-3 w-24 max-md:hidden" />
        </div>
      ))}
    </div>
  )
}
