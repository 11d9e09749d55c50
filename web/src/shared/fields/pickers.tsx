import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CustomField } from '@/api/gen/types.gen'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { PickList } from '@/shared/ui/pick-list'
import type { Option } from '@/shared/ui/select'
import { findMembers, findRecords, rememberName } from './find'
import { choicesOf, chosenOf, toneOfOption } from './kinds'
import { useMemberName } from './members'
import { useRecordName } from './names'
import { RecordMark } from './value'

type PickerProps = {
  field: CustomField
  value: unknown
  onValue: (value: string | string[] | null) => void
  /** One was picked: nothing more is to be done. */
  onDone: () => void
}
/** What a custom field can be, as a list with a search field: the content of a popup. */
export function CustomPicker(p: PickerProps) {
  if (p.field.kind === 'user') return <MemberPicker {...p} />
  if (p.field.kind === 'relation') return <RecordPicker {...p} />
  return <OptionPicker {...p} />
}
const NONE = ''
export const optionDot = (o: CustomField['options'][number]): Option => ({
  value: o.id,
  label: o.label,
  icon: <span data-tone={toneOfOption(o)} className="size-2.5 shrink-0 rounded-full bg-tone-solid" aria-hidden />,
})

function OptionPicker({ field, value, onValue, onDone }: PickerProps) {
  const { t } = useTranslation('fields')
  const chosen = chosenOf(field, value)
  const options = choicesOf(
    field,
    chosen.map((o) => o.id),
  ).map(optionDot)
  if (field.kind === 'multiSelect')
    return (
      <PickList
        multiple
        label={field.name}
        value={chosen.map(optionDot)}
        options={options}
        onPick={(_, all) => onValue(all.map((o) => o.value))}
      />
    )
  return (
    <PickList
      label={field.name}
      value={chosen.map(optionDot)}
      options={options}
      lead={chosen.length > 0 ? [{ value: NONE, label: t('notSet') }] : []}
      onPick={(o) => {
        if (o.value !== chosen[0]?.id) onValue(o.value || null)
        onDone()
      }}
    />
  )
}
function MemberPicker({ field, value, onValue, onDone }: PickerProps) {
  const { t } = useTranslation('fields')
  const { user } = useSession()
  const id = typeof value === 'string' ? value : NONE
  const name = useMemberName(id)
  const face = (o: Option) => ({ ...o, icon: <Avatar name={o.label} size={18} /> })
  return (
    <PickList
      label={field.name}
      value={id && name ? [face({ value: id, label: name })] : []}
      lead={[...(id ? [{ value: NONE, label: t('notSet') }] : []), face({ value: user.id, label: user.name })]}
      load={(q, s) => findMembers(q, s).then((all) => all.filter((o) => q || o.value !== user.id).map(face))}
      onPick={(o) => {
        if (o.value !== id) onValue(o.value || null)
        onDone()
      }}
    />
  )
}
function RecordPicker({ field, value, onValue, onDone }: PickerProps) {
  const { t } = useTranslation('fields')
  const qc = useQueryClient()
  const kind = field.relation ?? 'contact'
  const id = typeof value === 'string' ? value : NONE
  const name = useRecordName(kind, id).data
  const mark = (o: Option) => ({ ...o, icon: <RecordMark kind={kind} name={o.label} /> })
  return (
    <PickList
      label={field.name}
      value={id && name ? [mark({ value: id, label: name })] : []}
      lead={id ? [{ value: NONE, label: t('notSet') }] : []}
      load={(q, s) => findRecords(kind, q, s).then((all) => all.map(mark))}
      onPick={(o) => {
        if (o.value) rememberName(qc, kind, o)
        if (o.value !== id) onValue(o.value || null)
        onDone()
      }}
    />
  )
}
