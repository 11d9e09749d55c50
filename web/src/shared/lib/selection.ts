/** Which records of a list are chosen: some by id, or all that match, loaded or not. */
export type Selection = { all: boolean; ids: ReadonlySet<string> }
export const nothing: Selection = { all: false, ids: new Set() }
export const everything: Selection = { all: true, ids: new Set() }

export const isSelected = (s: Selection, id: string) => s.all || s.ids.has(id)
export const countOf = (s: Selection, total: number) => (s.all ? total : s.ids.size)

/** Taking one out of “all that match” leaves those that are loaded: the rest was never seen. */
export function toggle(s: Selection, ids: readonly string[], on: boolean, loaded: readonly string[]): Selection {
  if (s.all && on) return s
  const next = new Set(s.all ? loaded : s.ids)
  for (const id of ids) on ? next.add(id) : next.delete(id)
  return { all: false, ids: next }
}
export function range(loaded: readonly string[], from: number, to: number): string[] {
  return loaded.slice(Math.min(from, to), Math.max(from, to) + 1)
}
/** Ids that are gone (deleted, filtered out by a bulk change) leave the choice. */
export function without(s: Selection, ids: ReadonlySet<string>): Selection {
  return s.all ? s : { all: false, ids: new Set([...s.ids].filter((id) => !ids.has(id))) }
}
