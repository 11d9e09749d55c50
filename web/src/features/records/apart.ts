/**
 * Pairs that were told apart on this device. The server leaves them out of its groups, but a hint looks at one record
 * only and knows of no pairs.
 */
const KEY = 'rapport.apart'
const MAX = 500
const pair = (a: string, b: string) => [a, b].sort().join(':')

function read(): string[] {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(v) ? v.filter((x) => typeof x === 'string') : []
  } catch {
    return []
  }
}
export function keepApart(ids: readonly string[]) {
  const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => pair(a, b)))
  localStorage.setItem(KEY, JSON.stringify([...new Set([...pairs, ...read()])].slice(0, MAX)))
}
export function areApart(a: string): (b: string) => boolean {
  const known = new Set(read())
  return (b) => known.has(pair(a, b))
}
