import { useQuery } from '@tanstack/react-query'
import { ChevronDown, Ellipsis, ListPlus, Plus } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/gen/types.gen'
import { fieldsOptions, type RecordKind } from '@/shared/fields/fields'
import { KIND_ICONS } from '@/shared/fields/kind-icons'
import { hasOptions } from '@/shared/fields/kinds'
import { Options } from '@/shared/fields/value'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { SortableList } from '@/shared/ui/sortable-list'
import { type FieldChanges, useFieldChanges } from './fields-api'
import { MAX_FIELDS } from './fields-model'

const FieldForm = lazy(() => import('./field-form'))
const FieldMenu = lazy(() => import('./field-menu'))
export const TYPES: readonly RecordKind[] = ['contact', 'company', 'deal']

/** What an organization wants to know of its records: the manager of custom fields. */
export function FieldsPage({ type, onType }: { type: RecordKind; onType: (t: RecordKind) => void }) {
  const { t } = useTranslation('settings')
  const mayWrite = useCan('crm.fields.write')
  const q = useQuery(fieldsOptions(type))
  const changes = useFieldChanges(type)
  const [form, setForm] = useState<{ field: CustomField | null } | null>(null)
  const fields = q.data ?? []
  const active = fields.filter((f) => !f.archived)
  const isFull = fields.length >= MAX_FIELDS
  const create = mayWrite && (
    <Button variant="primary" disabled={isFull || !q.data} onClick={() => setForm({ field: null })}>
      <Plus size={15} strokeWidth={2.2} aria-hidden />
      {t('fields.new')}
    </Button>
  )
  return (
    <>
      <Section title={t('fields.title')} text={t('fields.text')} flush actions={active.length > 0 && create}>
        <div className="px-4 pb-3 md:px-5">
          <Segmented
            label={t('fields.type')}
            value={type}
            onValueChange={onType}
            options={TYPES.map((value) => ({ value, label: t(`fields.types.${value}`) }))}
            className="w-full sm:w-auto"
          />
        </div>
        {!mayWrite && (
          <Notice kind="info" className="mx-4 mb-3 md:mx-5">
            {t('fields.readOnly')}
          </Notice>
        )}
        {isFull && (
          <Notice kind="warning" className="mx-4 mb-3 md:mx-5">
            {t('fields.full', { count: MAX_FIELDS })}
          </Notice>
        )}
        {q.isPending ? (
          <Rows />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : active.length === 0 ? (
          <EmptyState
            icon={ListPlus}
            title={t('fields.empty')}
            text={mayWrite ? t('fields.emptyText') : undefined}
            actions={create}
            className="border-t border-line-soft"
          />
        ) : (
          <SortableList
            label={t('fields.list', { type: t(`fields.types.${type}`) })}
            items={active}
            idOf={(f) => f.id}
            nameOf={(f) => f.name}
            onMove={mayWrite ? changes.move : undefined}
          >
            {(f, handle, dragged) => (
              <FieldRow
                field={f}
                handle={handle}
                dragged={dragged}
                changes={mayWrite ? changes : null}
                onEdit={() => setForm({ field: f })}
              />
            )}
          </SortableList>
        )}
      </Section>
      <Archived
        fields={fields.filter((f) => f.archived)}
        changes={mayWrite ? changes : null}
        onEdit={(field) => setForm({ field })}
      />
      <Suspense>
        {form && (
          <FieldForm type={type} field={form.field} fields={fields} changes={changes} onClose={() => setForm(null)} />
        )}
      </Suspense>
    </>
  )
}

type RowProps = {
  field: CustomField
  handle?: ReactNode
  dragged?: boolean
  changes: FieldChanges | null
  onEdit: () => void
}
function FieldRow({ field: f, handle, dragged, changes, onEdit }: RowProps) {
  const { t } = useTranslation('settings')
  const Icon = KIND_ICONS[f.kind]
  const [menu, setMenu] = useState<HTMLElement | null>(null)
  const options = f.options.filter((o) => !o.archived)
  return (
    <div
      className={cn(
        'flex min-h-13 items-center gap-2 border-t border-line-soft bg-card py-2 pr-3 pl-2 md:pr-4',
        !handle && 'pl-4 md:pl-5',
        dragged && 'rounded-lg border-transparent shadow-pop',
      )}
    >
      {handle}
      <span className="grid size-8 shrink-0 place-items-center rounded-md bg-active text-muted">
        <Icon size={15} strokeWidth={1.9} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        {changes ? (
          <button
            type="button"
            onClick={onEdit}
            className="block max-w-full truncate text-sm font-medium hover:underline"
          >
            {f.name}
          </button>
        ) : (
          <span className="block truncate text-sm font-medium">{f.name}</span>
        )}
        <span className="block truncate text-xs text-subtle">
          {t(`fields.kind.${f.kind}`)}
          {f.kind === 'money' && ` · ${f.currency}`}
          {f.relation && ` · ${t(`fields.types.${f.relation}`)}`}
          {hasOptions(f.kind) && ` · ${t('fields.optionsCount', { count: options.length })}`}
        </span>
      </div>
      {options.length > 0 && (
        <span className="flex max-w-[45%] min-w-0 justify-end max-md:hidden">
          <Options options={options.slice(0, 4)} />
        </span>
      )}
      {changes && (
        <IconButton
          tip={false}
          label={t('fields.actions', { name: f.name })}
          aria-haspopup="menu"
          aria-expanded={menu !== null}
          className="any-pointer-coarse:size-9"
          onClick={(e) => setMenu(e.currentTarget)}
        >
          <Ellipsis size={15} />
        </IconButton>
      )}
      <Suspense>
        {changes && menu && (
          <FieldMenu field={f} changes={changes} anchor={menu} onEdit={onEdit} onClose={() => setMenu(null)} />
        )}
      </Suspense>
    </div>
  )
}
type ArchivedProps = { fields: readonly CustomField[]; changes: FieldChanges | null; onEdit: (f: CustomField) => void }
/** Out of use, with everything that was entered. */
function Archived({ fields, changes, onEdit }: ArchivedProps) {
  const { t } = useTranslation('settings')
  const [open, setOpen] = useState(false)
  if (fields.length === 0) return null
  return (
    <section className="overflow-hidden rounded-lg bg-card shadow-card">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex h-11 w-full items-center gap-2 px-4 text-sm font-medium outline-offset-[-2px] hover:bg-row-hover md:px-5"
        >
          {t('fields.archived')}
          <Badge tone="gray">{String(fields.length)}</Badge>
          <ChevronDown
            size={14}
            aria-hidden
            className={cn('ml-auto text-subtle transition-transform', open && 'rotate-180')}
          />
        </button>
      </h2>
      {open && (
        <ul aria-label={t('fields.archivedCount', { count: fields.length })}>
          {fields.map((f) => (
            <li key={f.id}>
              <FieldRow field={f} changes={changes} onEdit={() => onEdit(f)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The rows before they are there: nothing moves when they come. */
function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['w-32', 'w-44', 'w-28', 'w-36'].map((w) => (
        <div key={w} className="flex min-h-13 items-center gap-2 border-t border-line-soft py-2 pr-3 pl-10">
          <Skeleton className="size-8 shrink-0 rounded-md" />
          <div className="flex flex-col gap-2">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-20" />
          </div>
        </div>
      ))}
    </div>
  )
}
