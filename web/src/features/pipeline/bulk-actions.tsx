import { Tag as TagIcon, UserPlus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Named } from '@/api/gen/types.gen'
import { useCommand } from '@/shared/commands/commands'
import { useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import { loadMembers } from './api'
import { TagsInput } from './deal-inputs'

export function Assign({ onAssign }: { onAssign: (owner: Named | null) => void }) {
  const { t } = useTranslation('pipeline')
  const { user } = useSession()
  const [open, setOpen] = useState(false)
  const face = (name: string) => <Avatar name={name} size={18} />
  useCommand({ id: 'bulk.assign', label: t('bulk.assign'), icon: UserPlus, action: 'assign', run: () => setOpen(true) })
  return (
    <BarPopover open={open} onOpenChange={setOpen} label={t('bulk.assign')} icon={<UserPlus size={14} />} bare>
      <PickList
        label={t('field.owner')}
        value={[]}
        lead={[
          { value: user.id, label: user.name, icon: face(user.name) },
          { value: '', label: t('card.noOwner') },
        ]}
        load={async (q, s) =>
          (await loadMembers(q, s)).filter((o) => q || o.value !== user.id).map((o) => ({ ...o, icon: face(o.label) }))
        }
        onPick={(o) => {
          setOpen(false)
          onAssign(o.value ? { id: o.value, name: o.label } : null)
        }}
      />
    </BarPopover>
  )
}
export function Tags({ onTags }: { onTags: (action: 'addTags' | 'removeTags', tags: string[]) => void }) {
  const { t } = useTranslation('pipeline')
  const [open, setOpen] = useState(false)
  const [action, setAction] = useState<'addTags' | 'removeTags'>('addTags')
  const [tags, setTags] = useState<string[]>([])
  useCommand({ id: 'bulk.tags', label: t('field.tags'), icon: TagIcon, action: 'labels', run: () => setOpen(true) })
  return (
    <BarPopover open={open} onOpenChange={setOpen} label={t('field.tags')} icon={<TagIcon size={14} />}>
      <form
        className="flex flex-col gap-2.5"
        onSubmit={(e) => {
          e.preventDefault()
          if (tags.length === 0) return
          setOpen(false)
          setTags([])
          onTags(action, tags)
        }}
      >
        <Segmented
          label={t('field.tags')}
          value={action}
          onValueChange={setAction}
          options={[
            { value: 'addTags', label: t('bulk.add') },
            { value: 'removeTags', label: t('bulk.remove') },
          ]}
        />
        <Field label={t('field.tags')} hideLabel>
          <TagsInput value={tags} onValue={setTags} />
        </Field>
        <Button type="submit" variant="primary" size="md" disabled={tags.length === 0}>
          {t(action === 'addTags' ? 'bulk.addTags' : 'bulk.removeTags')}
        </Button>
      </form>
    </BarPopover>
  )
}
/** On a phone the icons speak for themselves: one row instead of three. */
export const Label = ({ children }: { children: string }) => <span className="max-sm:sr-only">{children}</span>

type BarPopoverProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  label: string
  icon: ReactNode
  bare?: boolean
  children: ReactNode
}
export function BarPopover({ open, onOpenChange, label, icon, bare, children }: BarPopoverProps) {
  return (
    <Popover
      open={open}
      onOpenChange={onOpenChange}
      label={label}
      side="top"
      bare={bare}
      className="w-72"
      trigger={
        <Button variant="inverse" className="max-sm:h-10 max-sm:flex-1">
          {icon}
          <Label>{label}</Label>
        </Button>
      }
    >
      {children}
    </Popover>
  )
}
