import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'

/** Of the phone's list: the cards themselves come with it, later. */
export const CardSkeleton = () => (
  <div className="flex h-full items-center gap-3 px-4">
    <Skeleton className="size-10 shrink-0 rounded-full" />
    <div className="flex flex-1 flex-col gap-2">
      <Skeleton className="h-3.5 w-2/5" />
      <Skeleton className="h-3 w-3/5" />
      <Skeleton className="h-3 w-1/3" />
    </div>
  </div>
)
export function CardsSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="min-h-0 flex-1 overflow-hidden">
      {Array.from({ length: 10 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
        <div key={i} className="h-[76px] border-b border-line">
          <CardSkeleton />
        </div>
      ))}
    </div>
  )
}
