import type { CustomField } from '@/api/gen/types.gen'
import { customIdOf, type FieldKind, type RecordKind } from '@/shared/fields/fields'
import type { FilterNode, FilterTest } from '@/shared/lib/address'

/** What deals can be narrowed by besides search, owner and rotting: fields with their comparisons. Pure. */
export type FilterKind = 'text' | 'number' | 'money' | 'day' | 'choice' | 'list' | 'tags' | 'bool' | 'member' | 'record'
export type BuiltInField = 'source' | 'tags' | 'amount' | 'companyId' | 'contactId' | 'expectedCloseOn' | 'description'
export type FilterField = {
  id: string
  kind: FilterKind
  builtIn?: BuiltInField
  custom?: CustomField
  /** What a reference leads to. */
  relation?: RecordKind
}
export type Op =
  | 'contains'
  | 'eq'
  | 'in'
  | 'notIn'
  | 'hasAny'
  | 'hasAll'
  | 'gte'
  | 'lte'
  | 'between'
  | 'isEmpty'
  | 'isNotEmpty'
export const OPS: Record<FilterKind, readonly Op[]> = {
  text: ['contains', 'eq', 'isEmpty', 'isNotEmpty'],
  number: ['gte', 'lte', 'between', 'isEmpty', 'isNotEmpty'],
  money: ['gte', 'lte', 'between', 'isEmpty', 'isNotEmpty'],
  day: ['gte', 'lte', 'between', 'isEmpty', 'isNotEmpty'],
  choice: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  member: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  record: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  list: ['hasAny', 'hasAll', 'isEmpty', 'isNotEmpty'],
  tags: ['hasAny', 'hasAll', 'isEmpty', 'isNotEmpty'],
  bool: ['eq'],
}
const KINDS: Record<FieldKind, FilterKind> = {
  text: 'text',
  longText: 'text',
  url: 'text',
  email: 'text',
  phone: 'text',
  number: 'number',
  money: 'money',
  date: 'day',
  select: 'choice',
  multiSelect: 'list',
  checkbox: 'bool',
  user: 'member',
  relation: 'record',
}
const BUILT_IN: readonly (FilterField & { builtIn: BuiltInField })[] = [
  { id: 'amount', builtIn: 'amount', kind: 'money' },
  { id: 'expectedCloseOn', builtIn: 'expectedCloseOn', kind: 'day' },
  { id: 'companyId', builtIn: 'companyId', kind: 'record', relation: 'company' },
  { id: 'contactId', builtIn: 'contactId', kind: 'record', relation: 'contact' },
  { id: 'source', builtIn: 'source', kind: 'text' },
  { id: 'tags', builtIn: 'tags', kind: 'tags' },
  { id: 'description', builtIn: 'description', kind: 'text' },
]
export const filterFields = (custom: readonly CustomField[]): FilterField[] => [
  ...BUILT_IN,
  ...custom.map((f) => ({
    id: customIdOf(f),
    kind: KINDS[f.kind],
    custom: f,
    ...(f.relation ? { relation: f.relation } : {}),
  })),
]

export const isTest = (n: FilterNode): n is FilterTest => 'field' in n
export const needsValue = (op: Op) => op !== 'isEmpty' && op !== 'isNotEmpty'
export const isSeveral = (op: Op) => ['in', 'notIn', 'hasAny', 'hasAll'].includes(op)
/** A single value was written in the short form. */
const LONG: Record<string, Op> = { eq: 'in', ne: 'notIn', has: 'hasAny' }
export type Condition = { field: string; op: Op; value: unknown }

export const newCondition = ({ id, kind }: FilterField): Condition => ({
  field: id,
  op: OPS[kind][0] as Op,
  value: kind === 'bool' ? true : undefined,
})
/** What a chip can show and edit; null for what another page or version has written. */
export function toCondition(field: FilterField | undefined, test: FilterTest): Condition | null {
  if (!field) return null
  const ops = OPS[field.kind]
  const op = test.op as Op
  if (ops.includes(op)) return { field: test.field, op, value: test.value }
  const long = LONG[test.op]
  return long && ops.includes(long) ? { field: test.field, op: long, value: [test.value] } : null
}
export const toTest = ({ field, op, value }: Condition): FilterTest => ({
  field,
  op,
  ...(needsValue(op) ? { value: typeof value === 'string' ? value.trim() : value } : {}),
})

const isNumber = (v: unknown) => typeof v === 'number' && Number.isFinite(v)
const isDay = (v: unknown) => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v)
export function isComplete(kind: FilterKind, { op, value }: Condition): boolean {
  if (!needsValue(op)) return true
  if (isSeveral(op)) return Array.isArray(value) && value.length > 0
  const one = kind === 'day' ? isDay : kind === 'number' || kind === 'money' ? isNumber : null
  if (op === 'between') return Array.isArray(value) && value.length === 2 && !!one && value.every(one)
  if (one) return one(value)
  return kind === 'bool' ? typeof value === 'boolean' : typeof value === 'string' && value.trim() !== ''
}
/** A value that survives a change of the comparison when both take the same. */
export function withOp(c: Condition, op: Op): Condition {
  const shape = (o: Op) => (!needsValue(o) ? 'none' : isSeveral(o) ? 'several' : o === 'between' ? 'two' : 'one')
  return { ...c, op, value: shape(c.op) === shape(op) ? c.value : undefined }
}
