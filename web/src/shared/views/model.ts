import type { SavedView, ViewInput, ViewQuery } from '@/api/gen/types.gen'

/** Saved views as values: what one shows, whether it was changed, who may change it. Nothing here asks or tells the server. */
export type { SavedView, ViewQuery }
/** In the address, for the list as it is without any view. */
export const ALL_VIEW = 'all'

/** Keys in one order and nothing empty, so that equal questions are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) return v ?? undefined
    const entries = Object.entries(v).filter(([, x]) => x !== null && x !== undefined && x !== '')
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
const ASKED = ['filter', 'search', 'sort', 'group'] as const
const same = (a: unknown, b: unknown) => canonical(a ?? null) === canonical(b ?? null)

/**
 * Whether what is on screen differs from the view, or from the plain list. Columns and layout count only where the view
 * has some: elsewhere they are the person's own habit.
 */
export function isChanged(view: SavedView | null, now: ViewQuery, normalize: (q: ViewQuery) => ViewQuery): boolean {
  const base = view ? normalize(view.query) : {}
  if (ASKED.some((k) => !same(base[k] || null, now[k] || null))) return true
  if (base.columns && base.columns.length > 0 && !same(base.columns, now.columns)) return true
  return !!base.layout && base.layout !== now.layout
}

/** In the order of the bar. */
export const inOrder = (views: readonly SavedView[]) =>
  [...views].sort((a, b) => a.position - b.position || a.createdAt.localeCompare(b.createdAt))
/** The one that a bare address opens: by one's own choice, else by that for everybody. */
export const defaultOf = (views: readonly SavedView[]) => views.find((v) => v.isDefault)
export const isShared = (view: Pick<SavedView, 'visibility'>) => view.visibility !== 'private'
/** What others see is changed by those who may share; one's own private view by oneself. */
export const mayChange = (view: SavedView, mayShare: boolean) => (isShared(view) ? mayShare || view.mine : view.mine)

/** `name`, or `name 2` if it is taken. */
export function freeName(name: string, views: readonly SavedView[]): string {
  const taken = new Set(views.map((v) => v.name.toLowerCase()))
  if (!taken.has(name.toLowerCase())) return name
  for (let n = 2; ; n++) if (!taken.has(`${name} ${n}`.toLowerCase())) return `${name} ${n}`
}
/** The same again, as one's own. */
export const copyOf = (view: SavedView, name: string): ViewInput => ({
  recordType: view.recordType,
  name,
  icon: view.icon,
  visibility: 'private',
  query: view.query,
})
/** What brings a deleted view back. */
export const again = (view: SavedView): ViewInput => ({
  ...copyOf(view, view.name),
  visibility: view.visibility,
  locked: view.locked,
  isDefault: view.isDefault,
  isOrgDefault: view.isOrgDefault,
})

/** The views with one of them at another place, and the position it takes there. */
export function moveTo(views: readonly SavedView[], id: string, to: number): SavedView[] {
  const ordered = inOrder(views)
  const from = ordered.findIndex((v) => v.id === id)
  const view = ordered[from]
  const at = Math.max(0, Math.min(ordered.length - 1, to))
  if (!view || at === from) return ordered
  return ordered
    .toSpliced(from, 1)
    .toSpliced(at, 0, view)
    .map((v, i) => ({ ...v, position: i }))
}
