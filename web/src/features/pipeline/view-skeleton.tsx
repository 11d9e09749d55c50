import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'

/** A table (`rows`), or the forecast, while its code is on the way: in the places it will have. */
export function ViewSkeleton({ rows }: { rows?: boolean }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="min-h-0 flex-1 overflow-hidden bg-surface">
      {rows ? (
        Array.from({ length: 14 }, (_, i) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: they never move
            key={i}
            className="flex h-18 items-center gap-6 border-b border-line-soft px-3 md:h-9"
          >
            <Skeleton className="h-3.5 w-56" />
            <Skeleton className="h-3.5 w-24 max-md:hidden" />
            <Skeleton className="h-3.5 w-20" />
          </div>
        ))
      ) : (
        <div className="h-full bg-sunken">
          <div className="mx-auto flex max-w-[1120px] flex-col gap-3 p-3 md:p-5">
            <div className="h-[290px] rounded-lg bg-card p-5 shadow-card">
              <Skeleton className="h-4 w-56" />
            </div>
            {['a', 'b', 'c'].map((k) => (
              <Skeleton key={k} className="h-12 rounded-lg" />
            ))}
          </div>
        </div>
      )}
    </div>
  )
}
