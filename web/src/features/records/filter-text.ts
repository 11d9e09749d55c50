import type { CustomField } from '@/api/gen/types.gen'
import type { RecordKind } from '@/shared/fields/fields'
import { currencyOf } from '@/shared/fields/kinds'
import { toMajor } from '@/shared/lib/money'
import { cityOf } from '@/shared/time-zones/city'
import type { Tools } from './cells'
import { fieldOf, type Kind, titleById } from './fields'
import { type Condition, type Group, isDated, isGroup, shapeOf } from './filter'
import type { NameOf } from './names'

/** A condition in words, for chips and screen readers. */
export type Words = { field: string; op: string; value: string | null }

export function wordsOf(kind: Kind, c: Condition, { t, fmt }: Tools, nameOf: NameOf): Words {
  const field = fieldOf(kind, c.field)
  const custom = field?.custom
  const type = field?.filter ?? 'text'
  const shape = shapeOf(type, c.op)
  const one = (v: unknown): string => {
    if (c.field === 'size') return t(`size.${v as '1-10'}`)
    if (c.field === 'timeZone') return cityOf(String(v))
    if (v === 'me') return t('filter.me')
    if (custom && custom.options.length > 0) return custom.options.find((o) => o.id === v)?.label ?? '…'
    return type === 'reference' ? (nameOf(c.field, String(v)) ?? '…') : String(v ?? '')
  }
  const dated = isDated(type) && c.op !== 'within' && c.op !== 'older'
  const op = dated && (c.op === 'gte' || c.op === 'lt') ? t(`filter.dateOp.${c.op}`) : t(`filter.op.${c.op}`)
  return { field: titleById(kind, c.field, t), op, value: value() }

  /** Money travels in minor units. */
  function number(n: number): string {
    return custom?.kind === 'money' ? fmt.money(toMajor(n, currencyOf(custom)), currencyOf(custom)) : fmt.num(n)
  }
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
      case 'day':
        return fmt.day(`${v}T12:00:00Z`)
      case 'daySpan':
        return (v as string[]).map((x) => fmt.day(`${x}T12:00:00Z`)).join(' – ')
      case 'instants':
        return (v as string[]).map((x) => fmt.day(x)).join(' – ')
      case 'numbers':
        return (v as number[]).map(number).join(' – ')
      case 'number':
        return number(Number(v))
      case 'many': {
        const all = v as unknown[]
        return all.length > 2 ? `${one(all[0])} +${all.length - 1}` : all.map(one).join(', ')
      }
      default:
        return String(v)
    }
  }
}

export type Mentioned = { owners: string[]; companies: string[]; records: { kind: RecordKind; id: string }[] }
/** Everybody and every record a filter mentions. */
export function idsIn(group: Group, kind?: Kind): Mentioned {
  const out: Mentioned = { owners: [], companies: [], records: [] }
  const walk = (g: Group) => {
    for (const i of g.items) {
      if (isGroup(i)) walk(i)
      else if (!Array.isArray(i.value)) continue
      else if (i.field === 'ownerId') out.owners.push(...i.value.map(String))
      else if (i.field === 'companyId') out.companies.push(...i.value.map(String))
      else if (kind) mention(fieldOf(kind, i.field)?.custom, i.value.map(String))
    }
  }
  const mention = (custom: CustomField | undefined, ids: string[]) => {
    if (custom?.kind === 'user') out.owners.push(...ids)
    const { relation } = custom ?? {}
    if (relation) out.records.push(...ids.map((id) => ({ kind: relation, id })))
  }
  walk(group)
  return out
}
