import { useCallback, useMemo, useState } from 'react'
import { isCustomId } from '@/shared/fields/fields'
import { useFields } from '@/shared/fields/use-fields'
import { useSession } from '@/shared/session/session'
import { columnsOf, type Field, type FieldId, type Kind } from './fields'

/** How a person likes the table of one kind. The name stays first: it is the row's header and does not scroll away. */
export type Layout = { order: FieldId[]; hidden: FieldId[]; widths: Partial<Record<FieldId, number>> }
const MIN = 72
const MAX = 640
export const clampWidth = (w: number) => Math.round(Math.min(MAX, Math.max(MIN, w)))

export function defaultLayout(kind: Kind, columns: readonly Field[] = columnsOf(kind)): Layout {
  return { order: columns.map((f) => f.id), hidden: columns.filter((f) => !f.shown).map((f) => f.id), widths: {} }
}
/** What was stored, made to fit the columns of today: unknown ones go, new ones come in at their place. */
export function readLayout(kind: Kind, json: string | null, fields: readonly Field[] = columnsOf(kind)): Layout {
  const base = defaultLayout(kind, fields)
  // A custom field may not be known yet, or again one day: its place is kept.
  const known = { has: (id: string) => isCustomId(id) || base.order.some((x) => x === id) }
  try {
    const v = JSON.parse(json ?? '') as Partial<Layout>
    const stored = [...new Set(v.order ?? [])].filter((id) => known.has(id))
    const order = [...stored]
    for (const [i, id] of base.order.entries())
      if (!order.includes(id)) order.splice(after(order, base.order[i - 1]), 0, id)
    const hidden = [
      ...(v.hidden ?? []).filter((id) => known.has(id)),
      ...base.hidden.filter((id) => !stored.includes(id)),
    ]
    const widths: Layout['widths'] = {}
    for (const [id, w] of Object.entries(v.widths ?? {}))
      if (known.has(id) && typeof w === 'number') widths[id as FieldId] = clampWidth(w)
    return { order: nameFirst(order), hidden: [...new Set(hidden)].filter((id) => id !== 'name'), widths }
  } catch {
    return base
  }
}
const after = (order: FieldId[], id: FieldId | undefined) => (id ? order.indexOf(id) + 1 : 0)
const nameFirst = (order: FieldId[]): FieldId[] => ['name', ...order.filter((id) => id !== 'name')]

export function moveColumn(l: Layout, id: FieldId, to: number): Layout {
  if (id === 'name') return l
  const rest = l.order.filter((x) => x !== id)
  rest.splice(Math.max(1, Math.min(rest.length, to)), 0, id)
  return { ...l, order: rest }
}
export function showColumn(l: Layout, id: FieldId, shown: boolean): Layout {
  const hidden = l.hidden.filter((x) => x !== id)
  return { ...l, hidden: shown || id === 'name' ? hidden : [...hidden, id] }
}
export function resizeColumn(l: Layout, id: FieldId, width: number | null): Layout {
  const { [id]: _, ...widths } = l.widths
  return { ...l, widths: width === null ? widths : { ...widths, [id]: clampWidth(width) } }
}

export type Column = Field & { width: number }
export function visibleColumns(kind: Kind, l: Layout, fields: readonly Field[] = columnsOf(kind)): Column[] {
  const byId = new Map(fields.map((f) => [f.id, f]))
  return l.order
    .filter((id) => !l.hidden.includes(id))
    .flatMap((id) => byId.get(id) ?? [])
    .map((f) => ({ ...f, width: l.widths[f.id] ?? f.width ?? 160 }))
}

const place = (user: string, kind: Kind) => `rapport.columns.${kind}.${user}`
export function useLayout(kind: Kind) {
  const user = useSession().user.id
  const custom = useFields(kind)
  const fields = useMemo(() => columnsOf(kind, custom), [kind, custom])
  const [stored, setStored] = useState(() => localStorage.getItem(place(user, kind)))
  const layout = useMemo(() => readLayout(kind, stored, fields), [kind, stored, fields])
  const change = useCallback(
    (next: Layout | ((l: Layout) => Layout)) =>
      setStored((json) => {
        const value = typeof next === 'function' ? next(readLayout(kind, json, fields)) : next
        const text = JSON.stringify(value)
        localStorage.setItem(place(user, kind), text)
        return text
      }),
    [user, kind, fields],
  )
  const columns = useMemo(() => visibleColumns(kind, layout, fields), [kind, layout, fields])
  return [layout, change, columns] as const
}
