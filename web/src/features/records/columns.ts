import { useCallback, useState } from 'react'
import { useSession } from '@/shared/session/session'
import { columnsOf, type Field, type FieldId, type Kind } from './fields'

/** How a person likes the table of one kind. The name stays first: it is the row's header and does not scroll away. */
export type Layout = { order: FieldId[]; hidden: FieldId[]; widths: Partial<Record<FieldId, number>> }
const MIN = 72
const MAX = 640
export const clampWidth = (w: number) => Math.round(Math.min(MAX, Math.max(MIN, w)))

export function defaultLayout(kind: Kind): Layout {
  const columns = columnsOf(kind)
  return { order: columns.map((f) => f.id), hidden: columns.filter((f) => !f.shown).map((f) => f.id), widths: {} }
}
/** What was stored, made to fit the columns of today: unknown ones go, new ones come in at their place. */
export function readLayout(kind: Kind, json: string | null): Layout {
  const base = defaultLayout(kind)
  const known = new Set<string>(base.order)
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
export function visibleColumns(kind: Kind, l: Layout): Column[] {
  const byId = new Map(columnsOf(kind).map((f) => [f.id, f]))
  return l.order
    .filter((id) => !l.hidden.includes(id))
    .flatMap((id) => byId.get(id) ?? [])
    .map((f) => ({ ...f, width: l.widths[f.id] ?? f.width ?? 160 }))
}

const place = (user: string, kind: Kind) => `rapport.columns.${kind}.${user}`
export function useLayout(kind: Kind) {
  const user = useSession().user.id
  const [layout, setLayout] = useState(() => readLayout(kind, localStorage.getItem(place(user, kind))))
  const change = useCallback(
    (next: Layout | ((l: Layout) => Layout)) =>
      setLayout((l) => {
        const value = typeof next === 'function' ? next(l) : next
        localStorage.setItem(place(user, kind), JSON.stringify(value))
        return value
      }),
    [user, kind],
  )
  return [layout, change] as const
}
