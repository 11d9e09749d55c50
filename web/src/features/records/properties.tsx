import { useQueryClient } from '@tanstack/react-query'
import { Fragment, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFields } from '@/shared/fields/use-fields'
import { CustomValue } from '@/shared/fields/value'
import { cn } from '@/shared/lib/cn'
import { cityOf } from '@/shared/time-zones/city'
import { LocalTime } from '@/shared/time-zones/local-time'
import { announce } from '@/shared/ui/announcer'
import { Switch } from '@/shared/ui/switch'
import { hrefOf, Tags, type Tools, Value } from './cells'
import { editorOf, flagChange } from './editable'
import { type CrmRecord, type Field, type FieldId, fieldOf, isBlank, type Kind, read, titleOf, toField } from './fields'
import { iconOf } from './kinds'
import { type Change, save } from './save'
import { phone, safeHref } from './show'

const FieldEditor = lazy(() => import('./field-editor'))

type GroupId = 'reach' | 'work' | 'about' | 'system'
const GROUPS: Record<Kind, [GroupId, FieldId[]][]> = {
  contact: [
    ['work', ['companyId', 'jobTitle', 'ownerId', 'tags', 'leadScore', 'source', 'doNotContact']],
    ['reach', ['emails', 'phones', 'timeZone', 'telegramUsername', 'linkedinUrl', 'website']],
    ['about', ['firstName', 'middleName', 'lastName', 'description']],
    ['system', ['createdAt', 'updatedAt']],
  ],
  company: [
    ['work', ['industry', 'size', 'ownerId', 'tags', 'source', 'description']],
    ['reach', ['website', 'emails', 'phones', 'address']],
    ['system', ['createdAt', 'updatedAt']],
  ],
}
type Refused = Partial<Record<FieldId, { message: string; value: unknown }>>

/** A field that shall be edited, as a key wants it, and how to say that it is. */
export type Wanted = { field: FieldId | null; taken: () => void }

/** How one field of a record is edited outside of a table. */
export function useFieldEdit(kind: Kind, record: CrmRecord, { field: wanted, taken }: Wanted) {
  const qc = useQueryClient()
  const [editing, setEditing] = useState<FieldId | null>(null)
  const [refused, setRefused] = useState<Refused>({})
  const take = useRef(taken)
  take.current = taken
  useEffect(() => {
    if (!wanted) return
    setEditing(wanted)
    take.current()
  }, [wanted])
  const onChange = (change: Change) => {
    setRefused(({ [change.field]: _, ...rest }) => rest)
    void save(qc, kind, record, change, (message, value) => {
      setRefused((r) => ({ ...r, [change.field]: { message, value } }))
      announce(message, 'assertive')
    })
  }
  const close = (id: FieldId) => {
    setEditing(null)
    requestAnimationFrame(() => document.getElementById(buttonId(record.id, id))?.focus())
  }
  return { editing, setEditing, refused, onChange, close }
}
export type FieldEdit = ReturnType<typeof useFieldEdit>
const buttonId = (record: string, field: FieldId) => `edit-${field}-${record}`

type PropertiesProps = { kind: Kind; record: CrmRecord; tools: Tools; readOnly: boolean; wanted: Wanted }
/** All fields of a record; each is edited where it stands and saved on leaving it. */
export function Properties({ kind, record, tools, readOnly, wanted }: PropertiesProps) {
  const { t } = useTranslation('records')
  const edit = useFieldEdit(kind, record, wanted)
  return (
    <div className="flex flex-col gap-5">
      {GROUPS[kind].map(([group, ids]) => (
        <Fragment key={group}>
          {group === 'system' && (
            <CustomFields kind={kind} record={record} tools={tools} readOnly={readOnly} edit={edit} />
          )}
          <section aria-label={t(`group.${group}`)}>
            <h3 className="mb-1 px-2 text-xs font-medium text-subtle">{t(`group.${group}`)}</h3>
            <dl>
              {ids.map((id) => {
                const field = fieldOf(kind, id)
                return (
                  field && (
                    <Property key={id} field={field} record={record} tools={tools} readOnly={readOnly} edit={edit} />
                  )
                )
              })}
            </dl>
          </section>
        </Fragment>
      ))}
      <Custom kind={kind} record={record} />
    </div>
  )
}

/** Those that the organization made up. */
function CustomFields({ kind, ...p }: Omit<PropertyProps, 'field'> & { kind: Kind }) {
  const { t } = useTranslation('fields')
  const custom = useFields(kind)
  if (custom.length === 0) return null
  return (
    <section aria-label={t('group')}>
      <h3 className="mb-1 px-2 text-xs font-medium text-subtle">{t('group')}</h3>
      <dl>
        {custom.map((f) => (
          <Property key={f.id} field={toField(f)} {...p} />
        ))}
      </dl>
    </section>
  )
}

type PropertyProps = { field: Field; record: CrmRecord; tools: Tools; readOnly: boolean; edit: FieldEdit }
function Property({ field, record, tools, readOnly, edit }: PropertyProps) {
  const { t } = tools
  const Icon = iconOf(field)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const how = readOnly ? null : editorOf(field)
  const editing = edit.editing === field.id
  const refused = edit.refused[field.id]
  const label = titleOf(field, t)
  const start = () => edit.setEditing(field.id)
  return (
    <div className="flex min-h-8 items-start gap-2 px-2 text-sm">
      <dt className="flex h-8 w-30 shrink-0 items-center gap-2 text-muted">
        <Icon size={14} strokeWidth={1.75} className="shrink-0 text-faint" aria-hidden />
        <span className="truncate" title={label}>
          {label}
        </span>
      </dt>
      <dd
        ref={setAnchor}
        className={cn(
          'group/cell relative min-w-0 flex-1 rounded-md',
          how && how !== 'toggle' && !editing && 'hover:bg-hover',
          refused && !editing && 'outline-1 outline-danger',
        )}
      >
        {how === 'toggle' ? (
          <span className="flex h-8 items-center px-1.5">
            <Switch
              aria-label={label}
              checked={read(record, field.id) === true}
              onCheckedChange={(on) => edit.onChange(flagChange(field, on))}
            />
          </span>
        ) : editing && how === 'input' ? (
          <Suspense>
            <Editor field={field} record={record} anchor={anchor} edit={edit} />
          </Suspense>
        ) : (
          <>
            {how && (
              <button
                type="button"
                id={buttonId(record.id, field.id)}
                aria-label={t('editField', { field: label })}
                onClick={start}
                className="absolute inset-0 rounded-md"
              />
            )}
            <span className={cn('flex min-h-8 min-w-0 items-center px-1.5 py-1', how && 'pointer-events-none')}>
              <Shown field={field} record={record} tools={tools} editable={!!how} />
            </span>
          </>
        )}
        {editing && how === 'popup' && (
          <Suspense>
            <Editor field={field} record={record} anchor={anchor} edit={edit} />
          </Suspense>
        )}
        {refused && !editing && (
          <p role="alert" className="px-1.5 pb-1 text-xs text-danger">
            {refused.message}
          </p>
        )}
      </dd>
    </div>
  )
}
function Editor({
  field,
  record,
  anchor,
  edit,
}: Pick<PropertyProps, 'field' | 'record' | 'edit'> & { anchor: Element | null }) {
  return (
    <FieldEditor
      field={field}
      record={record}
      anchor={anchor}
      refused={edit.refused[field.id]}
      onChange={edit.onChange}
      onClose={() => edit.close(field.id)}
    />
  )
}

const linkCls =
  'pointer-events-auto relative inline-flex min-h-6 min-w-0 items-center break-words text-accent-text decoration-accent-line underline-offset-[3px] hover:underline'
/** The value at rest. Links in it are pressed themselves; everywhere else a press edits. */
function Shown({
  field,
  record,
  tools,
  editable,
}: Pick<PropertyProps, 'field' | 'record' | 'tools'> & { editable: boolean }) {
  const { t } = tools
  if (field.type === 'zone' && !record.timeZone && record.phoneTimeZone)
    return <span className="text-subtle">{t('zone.byPhone', { city: cityOf(record.phoneTimeZone) })}</span>
  if (isBlank(read(record, field.id)) && !(field.type === 'company' && record.companyName))
    return <span className="text-subtle">{editable ? t('addValue') : '—'}</span>
  switch (field.type) {
    case 'emails':
    case 'phones': {
      const all = field.type === 'emails' ? record.emails : record.phones
      return (
        <span className="flex min-w-0 flex-col items-start">
          {all.map((v, i) => (
            <span key={v} className="flex max-w-full flex-wrap items-center gap-x-2">
              <a href={field.type === 'emails' ? `mailto:${v}` : `tel:${v}`} className={`tabular ${linkCls}`}>
                {field.type === 'emails' ? v : phone(v)}
              </a>
              {field.type === 'phones' && i === 0 && <LocalTime zones={record} />}
            </span>
          ))}
        </span>
      )
    }
    case 'tags':
      return <Tags tags={record.tags} wrap />
    case 'zone':
      return (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          <Value field={field} record={record} tools={tools} />
          {record.phones.length === 0 && <LocalTime zones={record} />}
        </span>
      )
    case 'custom':
      if (field.custom && !hrefOf(field, record))
        return <CustomValue wrap field={field.custom} value={read(record, field.id)} fmt={tools.fmt} />
      return <Linked field={field} record={record} tools={tools} />
    case 'area':
      return <span className="break-words whitespace-pre-wrap">{String(read(record, field.id))}</span>
    case 'flag':
      return record.doNotContact ? <Value field={field} record={record} tools={tools} /> : <span>{t('filter.no')}</span>
    case 'instant': {
      const at = String(read(record, field.id))
      return (
        <time dateTime={at} className="tabular text-muted" title={tools.fmt.ago(at)}>
          {tools.fmt.dateTime(at)}
        </time>
      )
    }
    default:
      return <Linked field={field} record={record} tools={tools} />
  }
}
function Linked({ field, record, tools }: Pick<PropertyProps, 'field' | 'record' | 'tools'>) {
  const out = hrefOf(field, record)
  // What is here already: a link is not to be without its text for a moment.
  const value = field.custom ? (
    <CustomValue wrap field={field.custom} value={read(record, field.id)} fmt={tools.fmt} />
  ) : (
    <Value field={field} record={record} tools={tools} />
  )
  const opens = out && (out.inApp || safeHref(out.href) || /^(mailto|tel):/.test(out.href))
  if (!out || !opens) return <span className="min-w-0 break-words">{value}</span>
  return (
    <a
      href={out.href}
      {...(out.inApp ? { 'data-in-app': true } : safeHref(out.href) ? { target: '_blank', rel: 'noreferrer' } : {})}
      className={linkCls}
    >
      {value}
    </a>
  )
}

/** What an import or the API has put beside the known fields. */
function Custom({ kind, record }: { kind: Kind; record: CrmRecord }) {
  const { t } = useTranslation('records')
  const keys = new Set(useFields(kind).map((f) => f.key))
  const entries = Object.entries(record.custom ?? {}).filter(([key]) => !keys.has(key))
  if (entries.length === 0) return null
  return (
    <section aria-label={t('group.custom')}>
      <h3 className="mb-1 px-2 text-xs font-medium text-subtle">{t('group.custom')}</h3>
      <dl>
        {entries.map(([key, value]) => (
          <div key={key} className="flex min-h-8 items-start gap-2 px-2 text-sm">
            <dt className="flex min-h-8 w-30 shrink-0 items-center text-muted">
              <span className="min-w-0 break-words">{key}</span>
            </dt>
            <dd className="min-w-0 flex-1 px-1.5 py-[7px] break-words">
              {typeof value === 'object' && value !== null ? (
                <code className="font-mono text-xs break-all">{JSON.stringify(value)}</code>
              ) : (
                String(value ?? '—')
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
