import { Check, Handshake } from 'lucide-react'
import type { CustomField } from '@/api/gen/types.gen'
import { i18n } from '@/shared/i18n'
import { phone, website } from '@/shared/lib/contact-details'
import { toMajor } from '@/shared/lib/money'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import type { FieldOption, RecordKind } from './fields'
import { chosenOf, currencyOf, isBlankValue, toneOfOption } from './kinds'
import { useMemberName } from './members'
import { useRecordName } from './names'
import { dayText, type Formats, numberText, plain } from './text'

type ValueProps = { field: CustomField; value: unknown; fmt: Formats; wrap?: boolean }

/** The value of a custom field at rest, in cells and on pages. */
export function CustomValue({ field, value, fmt, wrap }: ValueProps) {
  if (isBlankValue(value)) return null
  switch (field.kind) {
    case 'number':
      return <span className={`tabular ${wrap ? '' : 'ml-auto'}`}>{numberText(value, fmt)}</span>
    case 'money':
      return (
        <span className={`tabular truncate ${wrap ? '' : 'ml-auto'}`}>
          {typeof value === 'number' ? fmt.money(toMajor(value, currencyOf(field)), currencyOf(field)) : String(value)}
        </span>
      )
    case 'date':
      return <span className="tabular truncate">{dayText(value, fmt)}</span>
    case 'checkbox':
      return <Check size={15} className="text-success" role="img" aria-label={i18n.t('fields:yes')} />
    case 'select':
    case 'multiSelect':
      return <Options options={chosenOf(field, value)} wrap={wrap} />
    case 'phone':
      return <span className="tabular truncate">{phone(String(value))}</span>
    case 'url':
      return <span className="truncate">{website(String(value))}</span>
    case 'user':
      return <MemberName id={String(value)} />
    case 'relation':
      return <RecordName kind={field.relation ?? 'contact'} id={String(value)} />
    default:
      return wrap ? (
        <span className="break-words whitespace-pre-wrap">{plain(value)}</span>
      ) : (
        <span className="truncate">{plain(value)}</span>
      )
  }
}
export function Options({ options, wrap }: { options: readonly FieldOption[]; wrap?: boolean }) {
  return (
    <span className={`flex min-w-0 items-center gap-1 ${wrap ? 'flex-wrap' : 'overflow-hidden'}`}>
      {options.map((o) => (
        <Badge key={o.id} tone={toneOfOption(o)} className={wrap ? undefined : 'shrink-0'}>
          {o.label}
        </Badge>
      ))}
    </span>
  )
}
function MemberName({ id }: { id: string }) {
  const name = useMemberName(id)
  return (
    <span className="flex min-w-0 items-center gap-2">
      {name && <Avatar name={name} size={18} />}
      <span className="truncate">{name ?? '…'}</span>
    </span>
  )
}
function RecordName({ kind, id }: { kind: RecordKind; id: string }) {
  const { data: name, isError } = useRecordName(kind, id)
  return (
    <span className="flex min-w-0 items-center gap-2">
      {name && <RecordMark kind={kind} name={name} />}
      <span className={name ? 'truncate' : 'truncate text-subtle'}>
        {name ?? (isError ? i18n.t('fields:gone') : '…')}
      </span>
    </span>
  )
}
export function RecordMark({ kind, name }: { kind: RecordKind; name: string }) {
  if (kind === 'deal') return <Handshake size={14} className="shrink-0 text-subtle" aria-hidden />
  return kind === 'contact' ? <Avatar name={name} size={18} /> : <CompanyLogo name={name} size={16} />
}
