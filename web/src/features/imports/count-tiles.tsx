import { useTranslation } from 'react-i18next'
import type { ImportCounts } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { OUTCOMES } from './import-status'

/** The four outcomes in big numbers. */
export function CountTiles({ counts }: { counts: ImportCounts }) {
  const { t } = useTranslation('imports')
  const { num } = useFormat()
  return (
    <dl className="grid grid-cols-2 gap-3 @lg:grid-cols-4">
      {OUTCOMES.map(({ key, tone }) => (
        <div key={key} data-tone={tone} className="flex flex-col rounded-lg bg-card px-4 py-3 shadow-card">
          <dt className="flex items-center gap-1.5 text-xs font-medium text-muted">
            <span aria-hidden className="size-2 rounded-full bg-tone-solid" />
            {t(`outcome.${key}`)}
          </dt>
          <dd
            data-testid={`count-${key}`}
            className={cn(
              'tabular mt-1 text-2xl font-semibold tracking-[-0.02em]',
              counts[key] === 0 && 'text-subtle',
              key === 'failed' && counts[key] > 0 && 'text-danger',
            )}
          >
            {num(counts[key])}
          </dd>
        </div>
      ))}
    </dl>
  )
}
