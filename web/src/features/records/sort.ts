/** The order of a list, as it stands in the address. */
export type SortKey = { id: string; desc: boolean }
export const MAX_SORT_KEYS = 3
export function readSort(sort: string | undefined): SortKey[] {
  return (sort?.split(',') ?? []).map((s) =>
    s.startsWith('-') ? { id: s.slice(1), desc: true } : { id: s, desc: false },
  )
}
export function writeSort(keys: readonly SortKey[]): string | undefined {
  return keys.map((k) => (k.desc ? '-' : '') + k.id).join() || undefined
}
/** A press on a header: ascending, descending, off. With `add` (Shift) the other keys stay. */
export function pressSort(keys: readonly SortKey[], id: string, add: boolean): SortKey[] {
  const at = keys.find((k) => k.id === id)
  const next = at ? (at.desc ? null : { id, desc: true }) : { id, desc: false }
  if (!add) return next ? [next] : []
  if (at) return keys.flatMap((k) => (k.id === id ? (next ?? []) : k))
  return [...keys, { id, desc: false }].slice(-MAX_SORT_KEYS)
}
