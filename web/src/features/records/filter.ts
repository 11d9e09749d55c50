import type { FilterTest, FilterNode as Node } from '@/shared/lib/address'
import { type Field, type FieldId, type FilterType, fieldOf, type Kind } from './fields'

/** The server's filter language (the AST), as it travels in the URL and in requests. */
export type Op =
  | 'eq'
  | 'ne'
  | 'contains'
  | 'startsWith'
  | 'in'
  | 'notIn'
  | 'has'
  | 'hasAny'
  | 'hasAll'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'isEmpty'
  | 'isNotEmpty'
export type Test = FilterTest<Op>
export type FilterNode = Node<Op>

/** What a person edits: conditions in groups, each with an id for React. An unfinished condition has no value yet. */
export type Condition = { id: number; field: FieldId; op: UiOp; value: unknown }
export type Join = 'and' | 'or' | 'nor' | 'nand'
export type Group = { id: number; join: Join; items: Item[] }
export type Item = Condition | Group
export type UiOp =
  | 'contains'
  | 'startsWith'
  | 'eq'
  | 'ne'
  | 'in'
  | 'notIn'
  | 'hasAny'
  | 'hasAll'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'within'
  | 'older'
  | 'isEmpty'
  | 'isNotEmpty'

export const OPS: Record<FilterType, readonly UiOp[]> = {
  text: ['contains', 'startsWith', 'eq', 'ne', 'in', 'notIn', 'isEmpty', 'isNotEmpty'],
  choice: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  reference: ['in', 'notIn', 'isEmpty', 'isNotEmpty'],
  list: ['hasAny', 'hasAll', 'isEmpty', 'isNotEmpty'],
  number: ['eq', 'gte', 'lte', 'gt', 'lt', 'between', 'isEmpty', 'isNotEmpty'],
  day: ['eq', 'gte', 'lte', 'lt', 'gt', 'between', 'isEmpty', 'isNotEmpty'],
  instant: ['within', 'older', 'gte', 'lt', 'between', 'isEmpty', 'isNotEmpty'],
  bool: ['eq'],
}
/** How the value of a condition is entered. */
export type ValueShape =
  | 'none'
  | 'text'
  | 'many'
  | 'number'
  | 'numbers'
  | 'days'
  | 'day'
  | 'daySpan'
  | 'instant'
  | 'instants'
  | 'bool'
export function shapeOf(type: FilterType, op: UiOp): ValueShape {
  if (op === 'isEmpty' || op === 'isNotEmpty') return 'none'
  if (op === 'within' || op === 'older') return 'days'
  if (['in', 'notIn', 'hasAny', 'hasAll'].includes(op)) return 'many'
  if (type === 'bool') return 'bool'
  if (type === 'number') return op === 'between' ? 'numbers' : 'number'
  if (type === 'day') return op === 'between' ? 'daySpan' : 'day'
  if (type === 'instant') return op === 'between' ? 'instants' : 'instant'
  return 'text'
}

/** Points in time are compared in other words than numbers. */
export const isDated = (type: FilterType) => type === 'instant' || type === 'day'

export const isGroup = (i: Item): i is Group => 'join' in i
let lastId = 0
export const newId = () => ++lastId
export const emptyGroup = (join: Join = 'and'): Group => ({ id: newId(), join, items: [] })
export function newCondition(field: Field): Condition {
  const type = field.filter ?? 'text'
  const op = OPS[type][0] as UiOp
  return { id: newId(), field: field.id, op, value: type === 'bool' ? true : op === 'within' ? 7 : undefined }
}

/** A value that survives a change of the operator when both take the same shape. */
export function withOp(c: Condition, type: FilterType, op: UiOp): Condition {
  return { ...c, op, value: shapeOf(type, c.op) === shapeOf(type, op) ? c.value : op === 'within' ? 7 : undefined }
}

const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
const isDay = (v: unknown) => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v)
const isInstant = (v: unknown) => typeof v === 'string' && !Number.isNaN(Date.parse(v))
export function isComplete(kind: Kind, c: Condition): boolean {
  const type = fieldOf(kind, c.field)?.filter
  const { value: v } = c
  if (!type || !OPS[type].includes(c.op)) return false
  switch (shapeOf(type, c.op)) {
    case 'none':
      return true
    case 'bool':
      return typeof v === 'boolean'
    case 'number':
      return isNumber(v)
    case 'days':
      return isNumber(v) && Number.isInteger(v) && v >= 0 && v <= 36_500
    case 'instant':
      return isInstant(v)
    case 'day':
      return isDay(v)
    case 'daySpan':
      return Array.isArray(v) && v.length === 2 && v.every(isDay)
    case 'numbers':
      return Array.isArray(v) && v.length === 2 && v.every(isNumber)
    case 'instants':
      return Array.isArray(v) && v.length === 2 && v.every(isInstant)
    case 'many':
      return Array.isArray(v) && v.length > 0 && v.every((x) => typeof x === 'string' && x !== '')
    default:
      return typeof v === 'string' && v.trim() !== ''
  }
}

/** AST → model. What this list does not know is left out, so that a link of a newer version still works in part. */
export function toModel(kind: Kind, node: FilterNode | undefined): Group {
  const item = node && toItem(kind, node)
  if (!item) return emptyGroup()
  return isGroup(item) ? item : { ...emptyGroup(), items: [item] }
}
function toItem(kind: Kind, node: FilterNode): Item | null {
  if ('and' in node || 'or' in node) {
    const items = ('and' in node ? node.and : node.or).map((n) => toItem(kind, n)).filter((i) => i !== null)
    return items.length > 0 ? { id: newId(), join: 'and' in node ? 'and' : 'or', items } : null
  }
  if ('not' in node) {
    const inner = toItem(kind, node.not)
    if (!inner) return null
    if (!isGroup(inner)) return { id: newId(), join: 'nor', items: [inner] }
    const flipped: Record<Join, Join> = { and: 'nand', nand: 'and', or: 'nor', nor: 'or' }
    return { ...inner, join: flipped[inner.join] }
  }
  return toCondition(kind, node)
}
function toCondition(kind: Kind, t: Test): Condition | null {
  const field = fieldOf(kind, t.field)
  if (!field?.filter) return null
  const c = { id: newId(), field: field.id, ...read(field.filter, t) }
  return isComplete(kind, c) ? c : null
}
function read(type: FilterType, { op, value }: Test): { op: UiOp; value: unknown } {
  if (type === 'instant' && typeof value === 'object' && value !== null && 'daysAgo' in value)
    return { op: op === 'gte' || op === 'gt' ? 'within' : 'older', value: value.daysAgo }
  if (type === 'choice' || type === 'reference') {
    if (op === 'eq') return { op: 'in', value: [value] }
    if (op === 'ne') return { op: 'notIn', value: [value] }
  }
  if (op === 'has') return { op: 'hasAny', value: [value] }
  return { op, value }
}

/** Model → AST, in the shortest form. Unfinished conditions count for nothing. */
export function toAst(kind: Kind, group: Group): FilterNode | undefined {
  const nodes = group.items
    .map((i) => (isGroup(i) ? toAst(kind, i) : isComplete(kind, i) ? toTest(kind, i) : undefined))
    .filter((n) => n !== undefined)
  const [first] = nodes
  if (!first) return undefined
  const any = group.join === 'or' || group.join === 'nor'
  const node = nodes.length === 1 ? first : any ? { or: nodes } : { and: nodes }
  return group.join === 'nor' || group.join === 'nand' ? { not: node } : node
}
function toTest(kind: Kind, { field, op, value }: Condition): Test {
  const type = fieldOf(kind, field)?.filter
  if (op === 'within') return { field, op: 'gte', value: { daysAgo: value } }
  if (op === 'older') return { field, op: 'lt', value: { daysAgo: value } }
  if (op === 'isEmpty' || op === 'isNotEmpty') return { field, op }
  const single = Array.isArray(value) && value.length === 1 ? value[0] : undefined
  if (single !== undefined && (type === 'choice' || type === 'reference'))
    return { field, op: op === 'in' ? 'eq' : 'ne', value: single }
  if (single !== undefined && op === 'hasAny') return { field, op: 'has', value: single }
  return { field, op, value: typeof value === 'string' ? value.trim() : value }
}

/** The same filter, known and in the shortest form; undefined when nothing is left. */
export const normalized = (kind: Kind, node: FilterNode | undefined) => toAst(kind, toModel(kind, node))

export function countConditions(group: Group): number {
  return group.items.reduce((n, i) => n + (isGroup(i) ? countConditions(i) : 1), 0)
}
/** The group with one item, found at any depth, replaced; `null` takes it away, and with it groups left empty. */
export function replaceItem(group: Group, id: number, next: Item | null): Group {
  const items = group.items.flatMap((i) => {
    if (i.id === id) return next ?? []
    if (!isGroup(i)) return i
    const inner = replaceItem(i, id, next)
    return inner.items.length === 0 && i.items.length > 0 ? [] : inner
  })
  return { ...group, items }
}
export function addItem(group: Group, parent: number, item: Item): Group {
  if (group.id === parent) return { ...group, items: [...group.items, item] }
  return { ...group, items: group.items.map((i) => (isGroup(i) ? addItem(i, parent, item) : i)) }
}
