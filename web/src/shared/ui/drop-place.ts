/** Among the others, the place of a row whose middle has come to `middle`. Rows may differ in height. */
export function dropPlace(rows: readonly { top: number; height: number }[], from: number, middle: number): number {
  return rows.filter((r, i) => i !== from && r.top + r.height / 2 < middle).length
}
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, i) => i !== from)
  return rest.toSpliced(to, 0, ...items.slice(from, from + 1))
}
