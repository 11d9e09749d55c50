import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/shared/ui/skeleton'
import { Columns } from './member-table'

const NAMES = ['w-36', 'w-28', 'w-40', 'w-32', 'w-44', 'w-24']
export function MembersSkeleton({ phone }: { phone: boolean }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {phone ? (
        NAMES.map((w) => (
          <div key={w} className="flex items-start gap-3 border-b border-line-soft py-3 pr-2 pl-4">
            <Skeleton className="size-10 rounded-full!" />
            <div className="flex flex-1 flex-col gap-2">
              <Skeleton className={`h-3.5 ${w}`} />
              <Skeleton className="h-3 w-44" />
              <Skeleton className="h-5 w-24" />
              <Skeleton className="h-3 w-40" />
            </div>
          </div>
        ))
      ) : (
        <table aria-hidden className="w-full table-fixed">
          <Columns />
          <tbody>
            <tr className="h-[34px] border-b border-line" />
            {NAMES.map((w) => (
              <tr key={w} className="border-b border-line-soft">
                <td className="py-2 pr-3 pl-4">
                  <div className="flex items-center gap-3">
                    <Skeleton className="size-8 rounded-full!" />
                    <div className="flex flex-col gap-2">
                      <Skeleton className={`h-3.5 ${w}`} />
                      <Skeleton className="h-3 w-40" />
                    </div>
                  </div>
                </td>
                {['w-24', 'w-20', 'w-16', 'w-20', 'w-4'].map((x, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
                  <td key={i} className="px-3">
                    <Skeleton className={`h-3.5 ${x}`} />
                  </td>
                ))}
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
