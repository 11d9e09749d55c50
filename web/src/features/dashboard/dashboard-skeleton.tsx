import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { Skeleton } from '@/shared/ui/skeleton'
import { cardCls, tilesCls } from './card'

const four = ['a', 'b', 'c', 'd']
const six = [...four, 'e', 'f']
const eight = [...six, 'g', 'h']

/** The geometry of the widgets, so that nothing moves when they come. */
export function DashboardSkeleton() {
  const { t } = useTranslation()
  const deals = useCan('crm.deals.read')
  return (
    <div aria-busy role="status" aria-label={t('ui.loading')} className="flex flex-col gap-3">
      <div className={tilesCls(deals)}>
        {(deals ? six : four).map((k) => (
          <div key={k} className={`${cardCls} h-[102px]`}>
            <Skeleton className="h-3 w-24" />
            <Skeleton className="mt-3 h-6 w-20" />
            <Skeleton className="mt-2.5 h-3 w-28" />
          </div>
        ))}
      </div>
      <div className="grid gap-3 lg:grid-cols-[3fr_minmax(300px,1.25fr)]">
        <div className={cardCls}>
          <Skeleton className="h-4 w-44" />
          <Skeleton className="mt-4 h-[224px] lg:h-[340px]" />
        </div>
        <div className={cardCls}>
          <Skeleton className="h-4 w-28" />
          <div className="mt-4 flex flex-col gap-4">
            {eight.map((k) => (
              <div key={k} className="flex items-center gap-2.5">
                <Skeleton className="size-7 rounded-md" />
                <div className="flex flex-1 flex-col gap-1.5">
                  <Skeleton className="h-3 w-2/3" />
                  <Skeleton className="h-3 w-1/2" />
                </div>
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  )
}
