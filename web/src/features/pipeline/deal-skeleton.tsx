import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'

export function DealSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-col gap-4 p-5">
      <Skeleton className="h-8 w-full" />
      {['w-1/2', 'w-2/3', 'w-1/3', 'w-3/5', 'w-2/5', 'w-1/2'].map((w, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <div key={i} className="flex gap-4">
          <Skeleton className="h-4 w-24" />
          <Skeleton className={`h-4 ${w}`} />
        </div>
      ))}
    </div>
  )
}
