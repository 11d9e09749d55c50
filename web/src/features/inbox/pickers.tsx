import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { listTags } from '@/api/gen/sdk.gen'
import { findMembers, findRecords } from '@/shared/fields/find'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import type { Option } from '@/shared/ui/select'
import { ValuesInput } from '@/shared/ui/values-input'
import type { Chat, Named } from './types'

type PickerProps = { anchor: HTMLElement; onClose: () => void }
const face = (o: Option): Option => ({ ...o, icon: <Avatar name={o.label} size={18} /> })
const NOBODY = '\u0000nobody'
const back = (anchor: HTMLElement) => () => (anchor.isConnected ? anchor : null)

export async function loadTags(search: string, signal?: AbortSignal): Promise<string[]> {
  const r = await listTags({ query: search ? { search } : {}, signal, throwOnError: true })
  return r.data.items.map((t) => t.name)
}

/** Who answers. Oneself first. */
export function AssignPicker({
  anchor,
  onClose,
  chats,
  onAssign,
}: PickerProps & { chats: readonly Chat[]; onAssign: (to: Named | null) => void }) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const [only] = chats
  const value =
    chats.length === 1 && only?.assignee ? [face({ value: only.assignee.id, label: only.assignee.name })] : []
  const load = useCallback(
    async (q: string, signal: AbortSignal) =>
      (await findMembers(q, signal)).filter((o) => o.value !== user.id).map(face),
    [user.id],
  )
  return (
    <Popover
      open
      onOpenChange={(o) => !o && onClose()}
      anchor={anchor}
      align="end"
      label={t('assign')}
      bare
      finalFocus={back(anchor)}
    >
      <PickList
        className="w-64"
        label={t('assign')}
        value={value}
        load={load}
        lead={[{ value: NOBODY, label: t('nobody') }, face({ value: user.id, label: t('me', { name: user.name }) })]}
        onPick={(o) => {
          onAssign(o.value === NOBODY ? null : { id: o.value, name: o.value === user.id ? user.name : o.label })
          onClose()
        }}
      />
    </Popover>
  )
}

type TagProps = PickerProps & { value: readonly string[]; action: string; onTags: (tags: string[]) => void }
export function TagPicker({ anchor, onClose, value, action, onTags }: TagProps) {
  const { t } = useTranslation('inbox')
  const [tags, setTags] = useState(value)
  return (
    <Popover
      open
      onOpenChange={(o) => !o && onClose()}
      anchor={anchor}
      align="end"
      label={t('tags')}
      finalFocus={back(anchor)}
    >
      <form
        className="flex w-72 max-w-full flex-col gap-3"
        onSubmit={(e) => {
          e.preventDefault()
          onTags([...tags])
          onClose()
        }}
      >
        <ValuesInput
          aria-label={t('tags')}
          value={tags}
          onValueChange={setTags}
          load={loadTags}
          max={50}
          placeholder={t('addTag')}
        />
        <Button type="submit" size="md" variant="primary" className="self-end">
          {action}
        </Button>
      </form>
    </Popover>
  )
}

type RecordProps = PickerProps & {
  kind: 'contact' | 'deal'
  label: string
  value: readonly Option[]
  multiple?: boolean
  onPick: (picked: Option, all: Option[]) => void
}
/** A contact or deals to link with. */
export function RecordPicker({ anchor, onClose, kind, label, value, multiple, onPick }: RecordProps) {
  const load = useCallback(
    async (q: string, signal: AbortSignal) => {
      const all = await findRecords(kind, q, signal)
      return kind === 'contact' ? all.map(face) : all
    },
    [kind],
  )
  return (
    <Popover
      open
      onOpenChange={(o) => !o && onClose()}
      anchor={anchor}
      align="end"
      label={label}
      bare
      finalFocus={back(anchor)}
    >
      <PickList
        className="w-72"
        label={label}
        value={value}
        multiple={multiple}
        load={load}
        onPick={(o, all) => {
          onPick(o, all)
          if (!multiple) onClose()
        }}
      />
    </Popover>
  )
}
