import { useTranslation } from 'react-i18next'
import type { Stage } from '@/api/gen/types.gen'
import { Skeleton } from '@/shared/ui/skeleton'
import { CARD_H } from './geometry'

const FILLED = [4, 3, 5, 2, 3, 1]
/** The board before its cards are there, with the geometry that it will have. */
export function BoardSkeleton({ stages }: { stages?: readonly Stage[] }) {
  const { t } = useTranslation()
  const columns = stages?.filter((s) => s.kind === 'open' && s.archivedAt === null).length ?? 5
  return (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className="flex min-h-0 flex-1 gap-1 overflow-hidden bg-sunken px-2 pt-6"
    >
      {Array.from({ length: columns }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <div key={i} className="flex w-[82vw] shrink-0 flex-col px-1.5 md:w-auto md:min-w-[264px] md:flex-1">
          <div className="flex h-[60px] flex-col justify-center gap-2 px-1">
            <Skeleton className="h-3.5 w-28" />
            <Skeleton className="h-3 w-20" />
          </div>
          <div className="flex flex-col gap-2">
            {Array.from({ length: FILLED[i % FILLED.length] ?? 3 }, (_, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never move
              <div key={k} className="rounded-lg bg-card p-3 shadow-card" style={{ height: CARD_H }}>
                <Skeleton className="h-3 w-24" />
                <Skeleton className="mt-3 h-3.5 w-3/4" />
                <Skeleton className="mt-3 h-3 w-16" />
              </div>
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
