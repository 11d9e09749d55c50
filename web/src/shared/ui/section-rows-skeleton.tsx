import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from './skeleton'

type Props = {
  /** Widths of the first lines, one for each row. */
  rows: readonly string[]
  /** Width of the second lines. */
  second: string
  lead?: ReactNode
  end?: ReactNode
}
/** Rows of a section of the settings, two lines each, that are on their way. */
export function SectionRowsSkeleton({ rows, second, lead, end }: Props) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {rows.map((w) => (
        <div
          key={w}
          className="flex min-h-16 items-center gap-3 border-b border-line-soft px-4 py-3 last:border-0 md:px-5"
        >
          {lead}
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className={`h-3 ${second}`} />
          </div>
          {end}
        </div>
      ))}
    </div>
  )
}
