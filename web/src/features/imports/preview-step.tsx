import { Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Delimiter, Import, ImportPreviewRequest } from '@/api/gen/types.gen'
import { errorMessage } from '@/shared/api/messages'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { RefreshBar } from '@/shared/ui/progress'
import { Select } from '@/shared/ui/select'
import { StepLayout, StepNav } from '@/shared/ui/step-layout'
import { usePreviewImport } from './api'
import { useDraft } from './draft'
import { ENCODINGS, encodingOf } from './encodings'
import { columnLetter } from './mapping'
import { dataRows, kindOfLine, layout, NO_HEADER, type PreviewRow, width } from './preview-layout'
import { useImportable } from './types'
import { knownWarning, worthSaying } from './warnings'

const DELIMITERS: readonly { value: Delimiter; key: 'comma' | 'semicolon' | 'tab' | 'pipe' }[] = [
  { value: ',', key: 'comma' },
  { value: ';', key: 'semicolon' },
  { value: '\t', key: 'tab' },
  { value: '|', key: 'pipe' },
]

export function PreviewStep({ im, onNext }: { im: Import; onNext: () => void }) {
  const { t } = useTranslation('imports')
  const types = useImportable()
  const several = types.length > 1
  const { draft, change } = useDraft(im)
  const preview = usePreviewImport(im.id)
  const { detected } = draft
  // What was asked for stands in the controls while the answer is on its way.
  const asked = preview.isPending ? preview.variables.body : {}
  const now = { ...im.preview, recordType: im.recordType, ...asked }
  const rows = layout(im.preview)
  const changed =
    encodingOf(now.encoding) !== encodingOf(detected.encoding) ||
    now.delimiter !== detected.delimiter ||
    now.headerRow !== detected.headerRow

  const ask = (patch: ImportPreviewRequest) => {
    change({}) // keeps what was detected at first
    // A heading that was not chosen by hand is looked for again: with another delimiter the lines differ.
    const headerRow = now.headerRow !== detected.headerRow ? { headerRow: now.headerRow } : {}
    const { encoding, delimiter, recordType } = now
    preview.mutate(
      { path: { id: im.id }, body: { encoding, delimiter, recordType, ...headerRow, ...patch } },
      { onSuccess: (r) => announce(t('preview.updated', { count: r.preview.columns.length })) },
    )
  }
  const encodings = [...new Set<string>([...ENCODINGS, encodingOf(now.encoding)])]
  return (
    <StepLayout
      title={t('preview.title')}
      text={t('preview.text')}
      footer={
        <StepNav onNext={onNext} next={t('steps.next', { step: t('steps.columns') })}>
          <span className="max-md:hidden">{t('preview.columns', { count: im.preview.columns.length })}</span>
        </StepNav>
      }
    >
      <section aria-label={t('preview.settings')} className="rounded-lg bg-card p-4 shadow-card">
        <div
          className={cn('grid grid-cols-1 gap-4 @sm:grid-cols-2', several ? '@3xl:grid-cols-4' : '@3xl:grid-cols-3')}
        >
          <Field label={t('preview.encoding')} hint={t('preview.encodingHint')}>
            <Select
              value={encodingOf(now.encoding)}
              onValueChange={(encoding) => ask({ encoding })}
              options={encodings.map((value) => ({
                value,
                label: t(`encoding.${value as (typeof ENCODINGS)[number]}`, { defaultValue: value }),
              }))}
            />
          </Field>
          <Field label={t('preview.delimiter')} hint={t('preview.delimiterHint')}>
            <Select
              value={now.delimiter}
              onValueChange={(delimiter) => ask({ delimiter })}
              options={DELIMITERS.map((d) => ({ value: d.value, label: t(`delimiter.${d.key}`) }))}
            />
          </Field>
          <Field
            label={t('preview.headerRow')}
            hint={t(now.headerRow === NO_HEADER ? 'preview.noHeaderHint' : 'preview.headerHint')}
          >
            <Select
              value={String(now.headerRow)}
              onValueChange={(line) => ask({ headerRow: Number(line) })}
              options={[
                { value: String(NO_HEADER), label: t('preview.noHeader') },
                ...rows.map((r) => ({
                  value: String(r.line),
                  label: t('preview.row', { n: r.line + 1 }),
                  hint: excerpt(r.cells),
                })),
              ]}
            />
          </Field>
          {several && (
            <Field label={t('preview.type')} hint={t('preview.typeHint')}>
              <Select
                value={now.recordType}
                onValueChange={(recordType) => ask({ recordType })}
                options={types.map((value) => ({ value, label: t(`type.${value}`) }))}
              />
            </Field>
          )}
        </div>
        {changed && (
          <p className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1 border-t border-line-soft pt-3 text-xs text-subtle">
            {t('preview.changed')}
            <Button size="xs" variant="ghost" onClick={() => ask({ ...detected })}>
              <Undo2 size={13} aria-hidden /> {t('preview.restore')}
            </Button>
          </p>
        )}
      </section>
      {preview.isError && (
        <Notice kind="error" role="alert" title={t('preview.failed')}>
          {errorMessage(preview.error)}
        </Notice>
      )}
      <Warnings codes={dataRows(im.preview).length > 0 ? im.preview.warnings : ['no_rows', ...im.preview.warnings]} />
      <section aria-label={t('preview.rows')} aria-busy={preview.isPending} className="min-w-0">
        <div className="overflow-hidden rounded-lg bg-card shadow-card">
          <RefreshBar active={preview.isPending} label={t('preview.loading')} />
          <Rows rows={rows} headerRow={now.headerRow} onHeader={(headerRow) => ask({ headerRow })} />
        </div>
        <p className="mt-2 px-1 text-xs text-subtle">{t('preview.first', { count: rows.length })}</p>
      </section>
    </StepLayout>
  )
}

const excerpt = (cells: readonly string[]) => {
  const text = cells.filter((c) => c.trim()).join(', ')
  return [...text].length > 28 ? `${[...text].slice(0, 27).join('')}…` : text
}

export function Warnings({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation('imports')
  return worthSaying(codes).map((code) => {
    const known = knownWarning(code)
    return (
      <Notice key={code} kind="warning" title={known ? t(`warning.${known}.title`) : t('warning.other')}>
        {known ? t(`warning.${known}.text`) : code}
      </Notice>
    )
  })
}

type RowsProps = { rows: readonly PreviewRow[]; headerRow: number; onHeader: (line: number) => void }
function Rows({ rows, headerRow, onHeader }: RowsProps) {
  const { t } = useTranslation('imports')
  const { num } = useFormat()
  const columns = Array.from({ length: width(rows) }, (_, i) => columnLetter(i))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
    <section aria-label={t('preview.rows')} tabIndex={0} className="relative overflow-x-auto outline-offset-[-2px]">
      <table className="min-w-full border-separate border-spacing-0 text-sm">
        <caption className="sr-only">{t('preview.text')}</caption>
        <thead>
          <tr className="h-7 text-2xs text-subtle">
            <th scope="col" className="sticky left-0 z-1 w-0 border-r border-b border-line bg-card px-2">
              <span className="sr-only">{t('preview.headerRow')}</span>
            </th>
            {columns.map((c) => (
              <th key={c} scope="col" className="border-b border-line px-3 text-left font-medium">
                {c}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => {
            const kind = kindOfLine(r.line, headerRow)
            return (
              <tr
                key={r.line}
                data-kind={kind}
                onClick={() => kind !== 'header' && onHeader(r.line)}
                className={cn(
                  'group h-9',
                  kind === 'header' && 'bg-accent-soft font-semibold text-accent-text',
                  kind === 'preamble' && 'bg-sunken text-subtle italic hover:bg-row-hover',
                  kind === 'data' && 'hover:bg-row-hover',
                )}
              >
                <th
                  scope="row"
                  className={cn(
                    'sticky left-0 z-1 border-r border-b border-line-soft border-r-line p-1 text-left font-normal not-italic',
                    kind === 'header'
                      ? 'bg-accent-soft'
                      : kind === 'preamble'
                        ? 'bg-sunken'
                        : 'bg-card group-hover:bg-row-hover',
                  )}
                >
                  <button
                    type="button"
                    aria-pressed={kind === 'header'}
                    aria-label={t('preview.useRow', { n: r.line + 1 })}
                    onClick={(e) => {
                      e.stopPropagation()
                      if (kind !== 'header') onHeader(r.line)
                    }}
                    className={cn(
                      'tabular flex h-7 w-full min-w-8 items-center gap-1.5 rounded-sm px-1.5 text-xs',
                      kind === 'header' ? 'text-accent-text' : 'text-subtle hover:bg-active hover:text-fg',
                    )}
                  >
                    <span className="min-w-4 text-right">{num(r.line + 1)}</span>
                    {kind !== 'data' && (
                      <span
                        className={cn(
                          'rounded-xs px-1 py-px text-2xs font-semibold whitespace-nowrap',
                          kind === 'header' ? 'bg-accent text-accent-fg' : 'bg-active text-muted',
                        )}
                      >
                        {t(`preview.kind.${kind}`)}
                      </span>
                    )}
                  </button>
                </th>
                {columns.map((c, i) => (
                  <td key={c} className="max-w-60 min-w-20 truncate border-b border-line-soft px-3" title={r.cells[i]}>
                    {(r.cells[i] ?? '').replace(/\r?\n/g, ' ⏎ ')}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
