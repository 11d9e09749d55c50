import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Skeleton } from '@/shared/ui/skeleton'
import { ROW_PX } from './chat-row'

const WIDTHS = ['w-28', 'w-36', 'w-24', 'w-32', 'w-40', 'w-44', 'w-16', 'w-48'] as const
export function ListSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="min-h-0 flex-1 overflow-hidden px-4 py-1.5">
      {WIDTHS.map((w) => (
        <div key={w} className="flex items-center gap-3" style={{ height: ROW_PX }}>
          <Skeleton className="size-9 rounded-full!" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={cn('h-3.5', w)} />
            <Skeleton className="h-3 w-20" />
            <Skeleton className="h-3 w-full" />
          </div>
        </div>
      ))}
    </div>
  )
}

const LINES = [
  ['w-60', false],
  ['w-44', false],
  ['w-72', true],
  ['w-52', false],
  ['w-64', true],
] as const
export function ThreadSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex flex-1 flex-col justify-end gap-3 p-4">
      {LINES.map(([w, ours]) => (
        <div key={w} className={cn('flex', ours && 'justify-end')}>
          <Skeleton className={cn('h-12 rounded-xl!', w)} />
        </div>
      ))}
    </div>
  )
}
