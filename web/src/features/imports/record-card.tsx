import { ChevronLeft, ChevronRight, Handshake } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { customFieldsNow } from '@/shared/fields/fields'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Tag } from '@/shared/ui/badge'
import { IconButton } from '@/shared/ui/icon-button'
import type { Choices } from './mapping'
import { dataRows } from './preview-layout'
import { sampleRecord } from './sample-record'
import { TargetIcon } from './target-icons'
import { useTargetLabel } from './use-target-label'

/** As it will look: the first rows of the file as records, with the columns as they are chosen now. */
export function RecordCard({ im, choices }: { im: Import; choices: Choices }) {
  const { t } = useTranslation('imports')
  const label = useTargetLabel(im.recordType)
  const custom = customFieldsNow(im.recordType)
  const nameOf = (key: string) => custom.find((f) => f.key === key)?.name ?? key
  const [at, setAt] = useState(0)
  const rows = dataRows(im.preview)
  const index = Math.min(at, Math.max(0, rows.length - 1))
  const row = rows[index]
  const record = row && sampleRecord(row.cells, im.preview.columns, choices, im.recordType)
  return (
    <section aria-label={t('card.title')} className="overflow-hidden rounded-lg bg-card shadow-card">
      <header className="flex h-10 items-center gap-1 border-b border-line-soft pr-1.5 pl-4">
        <h3 className="min-w-0 flex-1 truncate text-xs font-semibold">{t('card.title')}</h3>
        {rows.length > 1 && (
          <>
            <span className="tabular text-xs text-subtle">{t('card.of', { n: index + 1, total: rows.length })}</span>
            <IconButton
              size="icon-xs"
              label={t('card.previous')}
              onClick={() => setAt((index + rows.length - 1) % rows.length)}
            >
              <ChevronLeft size={15} />
            </IconButton>
            <IconButton size="icon-xs" label={t('card.next')} onClick={() => setAt((index + 1) % rows.length)}>
              <ChevronRight size={15} />
            </IconButton>
          </>
        )}
      </header>
      {record ? (
        <div className="p-4">
          <div className="flex items-center gap-3">
            {im.recordType === 'deal' ? (
              <span aria-hidden className="grid size-10 shrink-0 place-items-center rounded-lg bg-active text-muted">
                <Handshake size={20} strokeWidth={1.8} />
              </span>
            ) : im.recordType === 'contact' ? (
              <Avatar name={record.name ?? '?'} size={40} />
            ) : (
              <CompanyLogo name={record.name ?? '?'} size={40} className="rounded-lg!" />
            )}
            <div className="min-w-0 flex-1">
              <p className="text-base font-semibold break-words">
                {record.name ?? <span className="font-medium text-danger">{t('card.nameless')}</span>}
              </p>
              {record.subtitle && <p className="text-sm break-words text-muted">{record.subtitle}</p>}
            </div>
          </div>
          {record.tags.length > 0 && (
            <p className="mt-3 flex flex-wrap gap-1">
              {record.tags.map((x) => (
                <Tag key={x}>{x}</Tag>
              ))}
            </p>
          )}
          {record.fields.length > 0 ? (
            <dl className="mt-3 flex flex-col gap-2 border-t border-line-soft pt-3">
              {record.fields.map((f) => (
                <div key={`${f.target} ${f.key}`} className="flex gap-2.5 text-sm">
                  <dt className="flex h-4.5 items-center" title={f.key ? nameOf(f.key) : label(f.target)}>
                    <TargetIcon target={f.target} />
                    <span className="sr-only">{f.key ? nameOf(f.key) : label(f.target)}</span>
                  </dt>
                  <dd className="min-w-0 flex-1">
                    {f.target === 'custom' && f.key && (
                      <span className="block text-2xs text-subtle">{nameOf(f.key)}</span>
                    )}
                    {f.values.map((v) => (
                      <span key={v} className="line-clamp-3 break-words whitespace-pre-line">
                        {v}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          ) : (
            !record.subtitle && <p className="mt-3 text-xs text-subtle">{t('card.bare')}</p>
          )}
        </div>
      ) : (
        <p className="px-4 py-6 text-center text-sm text-subtle">{t('card.empty')}</p>
      )}
    </section>
  )
}
