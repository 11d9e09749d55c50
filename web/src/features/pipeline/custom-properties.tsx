import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import type { CustomField, Deal } from '@/api/gen/types.gen'
import { customHref } from '@/shared/fields/href'
import { isBlankValue } from '@/shared/fields/kinds'
import { useFields } from '@/shared/fields/use-fields'
import { CustomValue } from '@/shared/fields/value'
import { Switch } from '@/shared/ui/switch'
import { Property } from './property'
import { useTools } from './tools'
import { useDeal } from './use-deal'

const CustomInput = lazy(() => import('@/shared/fields/input').then((m) => ({ default: m.CustomInput })))

type Props = { deal: Deal; readOnly: boolean }
/** What the organization wants to know of a deal beyond what every deal has. */
export function CustomProperties({ deal, readOnly }: Props) {
  return useFields('deal').map((f) => <CustomProperty key={f.id} field={f} deal={deal} readOnly={readOnly} />)
}

/** A pick is the whole answer, unless there may be several. */
const AT_ONCE: ReadonlySet<CustomField['kind']> = new Set(['select', 'user', 'relation'])

function CustomProperty({ field, deal, readOnly }: Props & { field: CustomField }) {
  const { save } = useDeal(deal.id)
  const value = deal.custom[field.key]
  const put = (v: unknown) => {
    const next = isBlankValue(v) ? null : v
    void save({ custom: { [field.key]: next } }, { custom: { ...deal.custom, [field.key]: next } })
  }
  if (field.kind === 'checkbox' && !readOnly)
    return (
      <div className="grid min-h-8 grid-cols-[112px_minmax(0,1fr)] items-center gap-x-2 rounded-md px-2 py-1.5 hover:bg-row-hover">
        <dt className="text-sm text-subtle">{field.name}</dt>
        <dd className="flex">
          <Switch aria-label={field.name} checked={value === true} onCheckedChange={put} />
        </dd>
      </div>
    )
  return (
    <Property<{ value: unknown; valid: boolean }>
      label={field.name}
      readOnly={readOnly}
      value={{ value, valid: true }}
      atOnce={AT_ONCE.has(field.kind)}
      show={!isBlankValue(value) && <Shown field={field} value={value} />}
      onSave={(v) => v.valid && put(v.value)}
      edit={(v, onChange) => (
        <CustomInput
          autoFocus
          size="sm"
          field={field}
          value={v.value}
          onValue={(next, valid) => onChange({ value: next, valid })}
        />
      )}
    />
  )
}
function Shown({ field, value }: { field: CustomField; value: unknown }): ReactNode {
  const { fmt } = useTools()
  const out = customHref(field, value)
  const text = <CustomValue wrap field={field} value={value} fmt={fmt} />
  if (!out) return text
  const cls = 'inline-flex max-w-full min-w-0 text-accent-text hover:underline'
  return out.inApp ? (
    <Link to={out.href} className={cls}>
      {text}
    </Link>
  ) : (
    <a href={out.href} {...(field.kind === 'url' ? { target: '_blank', rel: 'noreferrer' } : {})} className={cls}>
      {text}
    </a>
  )
}
