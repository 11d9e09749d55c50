import { useCallback, useMemo, useState } from 'react'
import type { CustomField } from '@/api/gen/types.gen'
import { type CustomId, customIdOf, isCustomId } from '@/shared/fields/fields'
import { useFields } from '@/shared/fields/use-fields'
import { useSession } from '@/shared/session/session'
import type { Tools } from './tools'

/** The columns of the table of deals: which, in which order. The title stays first. */
export type BuiltIn =
  | 'title'
  | 'stage'
  | 'amount'
  | 'company'
  | 'contact'
  | 'owner'
  | 'expectedCloseOn'
  | 'stageEnteredAt'
  | 'source'
  | 'tags'
  | 'createdAt'
export type ColumnId = BuiltIn | CustomId
export type Column = {
  id: ColumnId
  sort?: string
  width: number
  end?: boolean
  hidden?: boolean
  custom?: CustomField
}

/** What people call it. */
export const columnTitle = ({ id, custom }: Pick<Column, 'id' | 'custom'>, t: Tools['t']) =>
  custom?.name ?? t(`field.${id as BuiltIn}`)

const BUILT_IN: readonly (Column & { id: BuiltIn })[] = [
  { id: 'title', sort: 'title', width: 280 },
  { id: 'stage', width: 150 },
  { id: 'amount', sort: 'amount', width: 130, end: true },
  { id: 'company', width: 180 },
  { id: 'contact', width: 180 },
  { id: 'owner', width: 160 },
  { id: 'expectedCloseOn', sort: 'expectedCloseOn', width: 140 },
  { id: 'stageEnteredAt', sort: 'stageEnteredAt', width: 110, end: true },
  { id: 'tags', width: 180 },
  { id: 'source', width: 140, hidden: true },
  { id: 'createdAt', sort: 'createdAt', width: 140, hidden: true },
]
const ENDS: ReadonlySet<CustomField['kind']> = new Set(['number', 'money'])
/** Of ids nobody sees, or of several values, there is no order. */
const UNORDERED: ReadonlySet<CustomField['kind']> = new Set(['longText', 'multiSelect', 'user', 'relation'])

export function columnsOf(custom: readonly CustomField[]): Column[] {
  const made = custom.map((f): Column => {
    const id = customIdOf(f)
    return {
      id,
      width: 150,
      hidden: true,
      custom: f,
      end: ENDS.has(f.kind),
      ...(UNORDERED.has(f.kind) ? {} : { sort: id }),
    }
  })
  return [...BUILT_IN, ...made]
}

export type Layout = { order: ColumnId[]; hidden: ColumnId[] }
export const defaultLayout = (columns: readonly Column[]): Layout => ({
  order: columns.map((c) => c.id),
  hidden: columns.filter((c) => c.hidden).map((c) => c.id),
})
/** What was stored, made to fit: unknown columns go, new ones come at the end, custom fields wait until they are known. */
export function readLayout(columns: readonly Column[], json: string | null): Layout {
  const base = defaultLayout(columns)
  try {
    const stored = JSON.parse(json ?? '') as Partial<Layout>
    const known = (id: ColumnId) => isCustomId(id) || base.order.includes(id)
    const order = [...new Set(stored.order ?? [])].filter(known)
    const fresh = base.order.filter((id) => !order.includes(id))
    const hidden = [...(stored.hidden ?? []).filter(known), ...fresh.filter((id) => base.hidden.includes(id))]
    const rest = [...order, ...fresh].filter((id) => id !== 'title')
    return { order: ['title', ...rest], hidden: [...new Set(hidden)].filter((id) => id !== 'title') }
  } catch {
    return base
  }
}
export function shownColumns(columns: readonly Column[], layout: Layout): Column[] {
  const byId = new Map(columns.map((c) => [c.id, c]))
  return layout.order.filter((id) => !layout.hidden.includes(id)).flatMap((id) => byId.get(id) ?? [])
}
export function showColumn(layout: Layout, id: ColumnId, shown: boolean): Layout {
  const hidden = layout.hidden.filter((x) => x !== id)
  return { ...layout, hidden: shown ? hidden : [...hidden, id] }
}

export function useDealColumns() {
  const { user } = useSession()
  const place = `rapport.columns.deal.${user.id}`
  const custom = useFields('deal')
  const all = useMemo(() => columnsOf(custom), [custom])
  const [stored, setStored] = useState(() => localStorage.getItem(place))
  const layout = useMemo(() => readLayout(all, stored), [all, stored])
  const columns = useMemo(() => shownColumns(all, layout), [all, layout])
  const change = useCallback(
    (next: Layout) => {
      const json = JSON.stringify(next)
      localStorage.setItem(place, json)
      setStored(json)
    },
    [place],
  )
  return { all, columns, layout, change }
}
