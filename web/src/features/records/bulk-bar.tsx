import { useQueryClient } from '@tanstack/react-query'
import { Download, Hand, Megaphone, Merge, Split, Tag as TagIcon, Trash2, UserPlus, X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkAction, BulkRequest } from '@/api/gen/types.gen'
import { useCommand } from '@/shared/commands/commands'
import type { FilterNode } from '@/shared/lib/address'
import { useCan, useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadMembers, loadTagNames, type Query } from './api'
import { bulk } from './batches'
import type { Which } from './distribution'
import type { EnrolDialog } from './enrol-slot'
import { withAvatars } from './field-editor'
import type { Kind } from './fields'
import { permission } from './kinds'
import { mayMergeSo } from './merge-limits'
import { countOf, type Selection } from './selection'

const DistributeDialog = lazy(() => import('./distribute-dialog'))

export type BulkProps = {
  kind: Kind
  selection: Selection
  total: number
  isEstimate: boolean
  query: Query
  /** The list shows what is nobody's: one takes it. */
  isShared: boolean
  onClear: () => void
  onAll: () => void
  /** The records are gone from the list. */
  onGone: () => void
  onExport: () => void
  /** Where contacts are put into a campaign. */
  Enrol?: EnrolDialog
  nameOf: (id: string) => string | undefined
  /** Null for those who may not merge. */
  onMerge: (() => void) | null
}
/** What can be done with the chosen records: those that are named, or all that match. */
export default function BulkBar(p: BulkProps) {
  const { kind, selection, total, query } = p
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const mayBulk = useCan(permission(kind, 'bulk'))
  const mayDelete = useCan(permission(kind, 'delete'))
  const mayExport = useCan(permission(kind, 'export'))
  const count = countOf(selection, total)
  const { user } = useSession()
  const mayDistribute = mayBulk && count > 1
  const [distributing, setDistributing] = useState(false)
  const { Enrol } = p
  const mayEnrol = useCan('campaigns.write') && Enrol !== undefined && count > 0
  const [enrolling, setEnrolling] = useState(false)
  const which = (): Which => {
    const filter = query.filter ? { filter: JSON.parse(query.filter) as BulkRequest['filter'] } : {}
    return selection.all
      ? { all: true, ...filter, ...(query.search ? { search: query.search } : {}) }
      : { ids: [...selection.ids] }
  }
  const run = (action: BulkAction, more: Partial<BulkRequest> = {}, ownerName: string | null = null) =>
    void bulk(qc, kind, { action, ...which(), ...more }, count, ownerName)
  const take = () => {
    run('assign', { ownerId: user.id }, user.name)
    p.onGone()
  }
  const remove = async () => {
    const sure =
      !selection.all ||
      (await confirm({
        title: t('bulk.deleteAll.title', { count }),
        description: t('bulk.deleteAll.text'),
        action: tc('action.delete'),
        danger: true,
      }))
    if (!sure) return
    run('delete')
    p.onGone()
  }
  useCommand(
    mayDistribute
      ? { id: 'bulk.distribute', label: t('distribute.button'), icon: Split, run: () => setDistributing(true) }
      : null,
  )
  useCommand(
    mayEnrol ? { id: 'bulk.enrol', label: t('bulk.campaign'), icon: Megaphone, run: () => setEnrolling(true) } : null,
  )
  if (count === 0) return null
  return (
    <div
      role="toolbar"
      aria-label={t('bulk.label')}
      className="absolute bottom-12 left-1/2 z-20 flex w-max max-w-[calc(100%-16px)] -translate-x-1/2 flex-wrap items-center gap-1 rounded-xl bg-inverse p-1.5 whitespace-nowrap text-inverse-fg shadow-pop max-md:bottom-3"
    >
      <span className="tabular flex items-center gap-1 py-1 pr-1 pl-2.5 text-xs font-medium">
        <span role="status">{tc('selected', { count })}</span>
        <button
          type="button"
          aria-label={t('bulk.clear')}
          onClick={p.onClear}
          className="grid size-6 place-items-center rounded-sm text-inverse-muted hover:bg-inverse-line"
        >
          <X size={13} />
        </button>
      </span>
      {!selection.all && mayBulk && total > selection.ids.size && (
        <Button variant="inverse" onClick={p.onAll} className="underline decoration-inverse-line underline-offset-4">
          {t(p.isEstimate ? 'bulk.allMany' : 'bulk.all', { count: total })}
        </Button>
      )}
      <span className="mx-1 h-5 w-px bg-inverse-line" />
      {mayBulk && p.isShared && (
        <Button variant="inverse" onClick={take}>
          <Hand size={14} />
          {t('bulk.take')}
        </Button>
      )}
      {mayBulk && <AssignButton onAssign={(id, name) => run('assign', { ownerId: id }, name)} />}
      {mayDistribute && (
        <Button variant="inverse" aria-haspopup="dialog" onClick={() => setDistributing(true)}>
          <Split size={14} />
          {t('distribute.button')}
        </Button>
      )}
      {mayBulk && <TagButton onTags={(action, tags) => run(action, { tags })} />}
      {mayEnrol && (
        <Button variant="inverse" aria-haspopup="dialog" onClick={() => setEnrolling(true)}>
          <Megaphone size={14} />
          {t('bulk.campaign')}
        </Button>
      )}
      {p.onMerge && !selection.all && mayMergeSo(count) && (
        <Button variant="inverse" onClick={p.onMerge}>
          <Merge size={14} />
          {t('merge.button')}
        </Button>
      )}
      {mayExport && (
        <Button variant="inverse" onClick={p.onExport}>
          <Download size={14} />
          {tc('action.export')}
        </Button>
      )}
      {mayBulk && mayDelete && (
        <Button variant="inverse-danger" onClick={() => void remove()}>
          <Trash2 size={14} />
          {tc('action.delete')}
        </Button>
      )}
      <Suspense>
        {distributing && (
          <DistributeDialog
            kind={kind}
            which={which()}
            count={count}
            isEstimate={selection.all && p.isEstimate}
            onStarted={p.onClear}
            onClose={() => setDistributing(false)}
          />
        )}
        {enrolling && Enrol && (
          <Enrol
            who={
              selection.all
                ? {
                    filter: query.filter ? (JSON.parse(query.filter) as FilterNode) : null,
                    search: query.search ?? null,
                    count,
                    isEstimate: p.isEstimate,
                  }
                : { ids: [...selection.ids], nameOf: p.nameOf }
            }
            onClose={() => setEnrolling(false)}
          />
        )}
      </Suspense>
    </div>
  )
}

function AssignButton({ onAssign }: { onAssign: (id: string | null, name: string | null) => void }) {
  const { t } = useTranslation('records')
  const { user } = useSession()
  const [open, setOpen] = useState(false)
  useCommand({ id: 'bulk.assign', label: t('bulk.assign'), icon: UserPlus, action: 'assign', run: () => setOpen(true) })
  return (
    <BarPopover open={open} onOpenChange={setOpen} label={t('bulk.assign')} icon={<UserPlus size={14} />} bare>
      <PickList
        label={t('field.ownerId')}
        value={[]}
        lead={[
          { value: user.id, label: user.name, hint: t('filter.me'), icon: <Avatar name={user.name} size={18} /> },
          { value: '', label: t('noOwner') },
        ]}
        load={(q, s) => loadMembers(q, s).then((all) => withAvatars(all.filter((o) => q || o.value !== user.id)))}
        onPick={(o) => {
          setOpen(false)
          onAssign(o.value || null, o.value ? o.label : null)
        }}
      />
    </BarPopover>
  )
}
function TagButton({ onTags }: { onTags: (action: 'addTags' | 'removeTags', tags: string[]) => void }) {
  const { t } = useTranslation('records')
  const [open, setOpen] = useState(false)
  const [action, setAction] = useState<'addTags' | 'removeTags'>('addTags')
  const [tags, setTags] = useState<string[]>([])
  useCommand({ id: 'bulk.tags', label: t('bulk.tags'), icon: TagIcon, action: 'labels', run: () => setOpen(true) })
  return (
    <BarPopover open={open} onOpenChange={setOpen} label={t('bulk.tags')} icon={<TagIcon size={14} />}>
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
          label={t('bulk.tags')}
          value={action}
          onValueChange={setAction}
          options={[
            { value: 'addTags', label: t('bulk.add') },
            { value: 'removeTags', label: t('bulk.remove') },
          ]}
        />
        <ValuesInput
          aria-label={t('field.tags')}
          placeholder={t('hint.tags')}
          value={tags}
          onValueChange={setTags}
          load={(q, s) => loadTagNames(q, s)}
          max={50}
        />
        <Button type="submit" variant="primary" size="md" disabled={tags.length === 0}>
          {t(action === 'addTags' ? 'bulk.addTags' : 'bulk.removeTags')}
        </Button>
      </form>
    </BarPopover>
  )
}
type BarPopoverProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  label: string
  icon: ReactNode
  bare?: boolean
  children: ReactNode
}
function BarPopover({ open, onOpenChange, label, icon, bare, children }: BarPopoverProps) {
  return (
    <Popover
      open={open}
      onOpenChange={onOpenChange}
      label={label}
      side="top"
      bare={bare}
      className="w-72"
      trigger={
        <Button variant="inverse">
          {icon}
          {label}
        </Button>
      }
    >
      {children}
    </Popover>
  )
}
