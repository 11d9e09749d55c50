/** The server's filter language as it stands in an address: the shape only. Which fields there are is others' business. */
export type FilterTest<Op extends string = string> = { field: string; op: Op; value?: unknown }
export type FilterNode<Op extends string = string> =
  | { and: FilterNode<Op>[] }
  | { or: FilterNode<Op>[] }
  | { not: FilterNode<Op> }
  | FilterTest<Op>

const DEPTH = 8
export function readFilter<Op extends string = string>(v: unknown, depth = 0): FilterNode<Op> | undefined {
  if (typeof v !== 'object' || v === null || depth > DEPTH) return undefined
  const o = v as Record<string, unknown>
  const join = Array.isArray(o['and']) ? 'and' : Array.isArray(o['or']) ? 'or' : null
  if (join) {
    const nodes = (o[join] as unknown[]).map((n) => readFilter<Op>(n, depth + 1)).filter((n) => n !== undefined)
    return nodes.length === 0 ? undefined : join === 'and' ? { and: nodes } : { or: nodes }
  }
  if ('not' in o) {
    const node = readFilter<Op>(o['not'], depth + 1)
    return node && { not: node }
  }
  if (typeof o['field'] !== 'string' || typeof o['op'] !== 'string') return undefined
  return { field: o['field'], op: o['op'] as Op, ...('value' in o ? { value: o['value'] } : {}) }
}
