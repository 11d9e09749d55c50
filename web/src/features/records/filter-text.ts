import type { Tools } from './cells'
import { fieldOf, type Kind, labelOf } from './fields'
import { type Condition, type Group, isGroup, shapeOf } from './filter'
import type { NameOf } from './names'

/** A condition in words, for chips and screen readers. */
export type Words = { field: string; op: string; value: string | null }

export function wordsOf(kind: Kind, c: Condition, { t, fmt }: Tools, nameOf: NameOf): Words {
  const type = fieldOf(kind, c.field)?.filter ?? 'text'
  const shape = shapeOf(type, c.op)
  const one = (v: unknown): string => {
    if (c.field === 'size') return t(`size.${v as '1-10'}`)
    if (v === 'me') return t('filter.me')
    return type === 'reference' ? (nameOf(c.field, String(v)) ?? '…') : String(v ?? '')
  }
  const dated = type === 'instant' && c.op !== 'within' && c.op !== 'older'
  const op = dated && (c.op === 'gte' || c.op === 'lt') ? t(`filter.dateOp.${c.op}`) : t(`filter.op.${c.op}`)
  return { field: t(`field.${labelOf(kind, c.field)}`), op, value: value() }

  function value(): string | null {
    const v = c.value
    switch (shape) {
      case 'none':
        return null
      case 'bool':
        return t(v ? 'filter.yes' : 'filter.no')
      case 'days':
        return t('filter.days', { count: Number(v) })
      case 'instant':
        return fmt.day(String(v))
      case 'instants':
        return (v as string[]).map((x) => fmt.day(x)).join(' – ')
      case 'numbers':
        return (v as number[]).map((x) => fmt.num(x)).join(' – ')
      case 'number':
        return fmt.num(Number(v))
      case 'many': {
        const all = v as unknown[]
        return all.length > 2 ? `${one(all[0])} +${all.length - 1}` : all.map(one).join(', ')
      }
      default:
        return String(v)
    }
  }
}

/** Every owner and company a filter mentions. */
export function idsIn(group: Group): { owners: string[]; companies: string[] } {
  const out = { owners: [] as string[], companies: [] as string[] }
  const walk = (g: Group) => {
    for (const i of g.items) {
      if (isGroup(i)) walk(i)
      else if (Array.isArray(i.value) && i.field === 'ownerId') out.owners.push(...i.value.map(String))
      else if (Array.isArray(i.value) && i.field === 'companyId') out.companies.push(...i.value.map(String))
    }
  }
  walk(group)
  return out
}
