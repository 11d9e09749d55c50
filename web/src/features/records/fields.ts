import type { TFunction } from 'i18next'
import type { Company, CompanySize, Contact, CustomField } from '@/api/gen/types.gen'
import {
  type CustomId,
  customFieldNow,
  customFieldsNow,
  customIdOf,
  type FieldKind,
  isCustomId,
  keyOf,
} from '@/shared/fields/fields'

/** What a list, a record page, a filter and an import know about a field. Pure data: icons and texts are found by its id. */
export type Kind = 'contact' | 'company'
type Both = Contact & Company
type Shared = keyof Contact & keyof Company
/** A contact or a company; what only the other kind has is absent. */
export type CrmRecord = Pick<Both, Shared> & Partial<Omit<Both, Shared>>
/** What every contact or company has; `mergedInto` and the like are no fields of a person's. */
export type BuiltInId = Exclude<
  keyof Both,
  'id' | 'companyName' | 'ownerName' | 'phoneTimeZone' | 'version' | 'deletedAt' | 'mergedInto'
>
export type FieldId = BuiltInId | CustomId

export type FilterType = 'text' | 'choice' | 'reference' | 'list' | 'number' | 'instant' | 'day' | 'bool'
export type FieldType =
  | 'text'
  | 'area'
  | 'emails'
  | 'phones'
  | 'tags'
  | 'owner'
  | 'company'
  | 'size'
  | 'zone'
  | 'score'
  | 'flag'
  | 'url'
  | 'telegram'
  | 'instant'
  | 'count'
  | 'json'
  | 'custom'

export type Field = {
  id: FieldId
  /** Of its text, `field.<label>`: a company has a title where a person has a name. */
  label: BuiltInId | 'title'
  type: FieldType
  filter?: FilterType
  /** The server's name for ordering by it. */
  sort?: string
  /** Width in the table; without one it is no column. */
  width?: number
  /** A column from the start. */
  shown?: boolean
  readOnly?: boolean
  max?: number
  /** Its definition, where the organization made it up. */
  custom?: CustomField
}
export const SIZES: readonly CompanySize[] = ['1-10', '11-50', '51-100', '101-500', '500+']

type Plain = Omit<Field, 'label' | 'id'> & Partial<Pick<Field, 'label'>> & { id: BuiltInId }
const name: Plain = { id: 'name', type: 'text', filter: 'text', sort: 'name', width: 256, shown: true, max: 255 }
const owner: Plain = { id: 'ownerId', type: 'owner', filter: 'reference', width: 156, shown: true }
const tags: Plain = { id: 'tags', type: 'tags', filter: 'list', width: 190, shown: true }
const emails: Plain = { id: 'emails', type: 'emails', filter: 'list', width: 210, shown: true }
const phones: Plain = { id: 'phones', type: 'phones', filter: 'list', width: 168, shown: true }
const source: Plain = { id: 'source', type: 'text', filter: 'text', sort: 'source', width: 130, max: 100 }
const website: Plain = { id: 'website', type: 'url', filter: 'text', width: 190, max: 2048 }
const description: Plain = { id: 'description', type: 'area', filter: 'text', width: 260, max: 5000 }
const custom: Plain = { id: 'custom', type: 'json', readOnly: true }
const created: Plain = {
  id: 'createdAt',
  type: 'instant',
  filter: 'instant',
  sort: 'createdAt',
  width: 132,
  readOnly: true,
}
const updated: Plain = { ...created, id: 'updatedAt', sort: 'updatedAt', shown: true }

const CONTACT: readonly Plain[] = [
  name,
  { id: 'companyId', type: 'company', filter: 'reference', sort: 'companyName', width: 180, shown: true },
  { id: 'jobTitle', type: 'text', filter: 'text', sort: 'jobTitle', width: 190, shown: true, max: 200 },
  owner,
  tags,
  emails,
  phones,
  { id: 'timeZone', type: 'zone', filter: 'choice', sort: 'timeZone', width: 150 },
  { id: 'telegramUsername', type: 'telegram', filter: 'text', width: 150, shown: true, max: 64 },
  { id: 'leadScore', type: 'score', filter: 'number', sort: 'leadScore', width: 112, shown: true },
  source,
  { id: 'doNotContact', type: 'flag', filter: 'bool', sort: 'doNotContact', width: 140 },
  website,
  { id: 'linkedinUrl', type: 'url', filter: 'text', width: 190, max: 2048 },
  { id: 'firstName', type: 'text', filter: 'text', sort: 'firstName', width: 140, max: 100 },
  { id: 'middleName', type: 'text', filter: 'text', width: 140, max: 100 },
  { id: 'lastName', type: 'text', filter: 'text', sort: 'lastName', width: 140, max: 100 },
  description,
  created,
  updated,
  custom,
]
const COMPANY: readonly Plain[] = [
  { ...name, label: 'title' },
  { ...website, sort: 'website', shown: true },
  { id: 'industry', type: 'text', filter: 'text', sort: 'industry', width: 150, shown: true, max: 100 },
  { id: 'size', type: 'size', filter: 'choice', sort: 'size', width: 128, shown: true },
  {
    id: 'contactCount',
    type: 'count',
    filter: 'number',
    sort: 'contactCount',
    width: 116,
    shown: true,
    readOnly: true,
  },
  owner,
  tags,
  emails,
  phones,
  { id: 'address', type: 'text', filter: 'text', width: 220, max: 500 },
  source,
  description,
  created,
  updated,
  custom,
]
const labelled = (fields: readonly Plain[]): Field[] => fields.map((f) => ({ label: f.id, ...f }))
const FIELDS: Record<Kind, readonly Field[]> = { contact: labelled(CONTACT), company: labelled(COMPANY) }

const FILTERS: Record<FieldKind, FilterType> = {
  text: 'text',
  longText: 'text',
  url: 'text',
  email: 'text',
  phone: 'text',
  number: 'number',
  money: 'number',
  date: 'day',
  select: 'choice',
  multiSelect: 'list',
  checkbox: 'bool',
  user: 'reference',
  relation: 'reference',
}
/** Of ids nobody sees, or of several values, there is no order. */
const UNORDERED: ReadonlySet<FieldKind> = new Set(['longText', 'multiSelect', 'user', 'relation'])
const WIDTHS: Partial<Record<FieldKind, number>> = { longText: 260, number: 120, checkbox: 112, date: 132, url: 190 }

const made = new WeakMap<CustomField, Field>()
/** The same definition is the same field: cells compare by it. */
export function toField(custom: CustomField): Field {
  let field = made.get(custom)
  if (!field) {
    const id = customIdOf(custom)
    field = {
      id,
      label: 'custom',
      type: 'custom',
      filter: FILTERS[custom.kind],
      ...(UNORDERED.has(custom.kind) ? {} : { sort: id }),
      width: WIDTHS[custom.kind] ?? 160,
      custom,
    }
    made.set(custom, field)
  }
  return field
}

export const fieldsOf = (kind: Kind): readonly Field[] => [...FIELDS[kind], ...customFieldsNow(kind).map(toField)]
export function fieldOf(kind: Kind, id: string): Field | undefined {
  const custom = customFieldNow(kind, id)
  return custom ? toField(custom) : FIELDS[kind].find((f) => f.id === id)
}
export const columnsOf = (kind: Kind, custom = customFieldsNow(kind)) =>
  [...FIELDS[kind], ...custom.map(toField)].filter((f) => f.width !== undefined)

/** What people call it. */
export const titleOf = ({ custom, label }: Pick<Field, 'custom' | 'label'>, t: TFunction<'records'>) =>
  custom?.name ?? t(`field.${label}`)
export function titleById(kind: Kind, id: FieldId, t: TFunction<'records'>) {
  const field = fieldOf(kind, id)
  return field ? titleOf(field, t) : isCustomId(id) ? keyOf(id) : t(`field.${id}`)
}

/** The value of any field; which type it has follows from the field's type. */
export function read(record: CrmRecord, id: FieldId): unknown {
  return isCustomId(id) ? record.custom?.[keyOf(id)] : record[id]
}
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
