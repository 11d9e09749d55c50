/** What parameters of an address are made of: read with care, for anybody may have written them. */
export function readText(v: unknown, max: number): string | undefined {
  return typeof v === 'object' || v === undefined ? undefined : String(v).slice(0, max).trim() || undefined
}
/** Without what is not there. */
export function compact<T extends object>(o: T): T {
  for (const k of Object.keys(o) as (keyof T)[]) if (o[k] === undefined) delete o[k]
  return o
}

/** The server's filter language: the shape only. Which fields there are is others' business. */
export type FilterTest<Op extends string = string> = { field: string; op: Op; value?: unknown }
export type FilterNode<Op extends string = string> =
  | { and: FilterNode<Op>[] }
  | { or: FilterNode<Op>[] }
  | { not: FilterNode<Op> }
  | FilterTest<Op>

export function readFilter<Op extends string = string>(v: unknown, depth = 0): FilterNode<Op> | undefined {
  if (typeof v !== 'object' || v === null || depth > 8) return undefined
  const o = v as Record<string, unknown>
  for (const join of ['and', 'or']) {
    if (!Array.isArray(o[join])) continue
    const nodes = o[join].flatMap((n) => readFilter<Op>(n, depth + 1) ?? [])
    return nodes.length > 0 ? ({ [join]: nodes } as FilterNode<Op>) : undefined
  }
  if ('not' in o) {
    const node = readFilter<Op>(o['not'], depth + 1)
    return node && { not: node }
  }
  if (typeof o['field'] !== 'string' || typeof o['op'] !== 'string') return undefined
  return { field: o['field'], op: o['op'] as Op, ...('value' in o ? { value: o['value'] } : {}) }
}
