import { useQueryClient } from '@tanstack/react-query'
import { CalendarDays, RotateCcw, Tag as TagIcon, Trash2, UserPlus, X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DealBulkAction, DealBulkRequest, Named, Stage } from '@/api/gen/types.gen'
import { useCommand } from '@/shared/commands/commands'
import { countOf, type Selection } from '@/shared/lib/selection'
import { useCan, useSession } from '@/shared/session/session'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { Segmented } from '@/shared/ui/segmented'
import { type DealsQuery, loadMembers } from './api'
import { bulk } from './batches'
import { TagsInput } from './deal-inputs'
import { MoveMenu } from './move-menu'

const LostDialog = lazy(() => import('./lost-dialog'))

type BarProps = {
  selection: Selection
  total: number
  query: DealsQuery
  trash: boolean
  stages: readonly Stage[]
  onAll: () => void
  onClear: () => void
}
/** What can be done with the chosen deals: those that are named, or all that match. */
export default function DealsBulkBar({ selection, total, query, trash, stages, onAll, onClear }: BarProps) {
  const { t } = useTranslation('pipeline')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const mayDelete = useCan('crm.deals.delete')
  const [losing, setLosing] = useState<Stage | null>(null)
  const count = countOf(selection, total)
  const run = (action: DealBulkAction, more: Partial<DealBulkRequest> = {}, owner: Named | null = null) => {
    const filter = query.filter ? { filter: JSON.parse(query.filter) as DealBulkRequest['filter'] } : {}
    const which = selection.all
      ? { all: true, ...filter, ...(query.search ? { search: query.search } : {}) }
      : { ids: [...selection.ids] }
    void bulk(qc, { action, ...which, ...more }, count, owner)
  }
  const sure = async () =>
    !selection.all ||
    (await confirm({
      title: t('bulk.deleteAll', { count }),
      description: t('bulk.deleteAllText'),
      action: tc('action.delete'),
      danger: true,
    }))
  const remove = async () => {
    if (!(await sure())) return
    run('delete')
    onClear()
  }
  const move = (stage: Stage) => (stage.kind === 'lost' ? setLosing(stage) : run('move', { stageId: stage.id }))
  const active = stages.filter((s) => s.archivedAt === null)
  if (count === 0) return null
  return (
    <div
      role="toolbar"
      aria-label={t('selection.label')}
      className="absolute bottom-12 left-1/2 z-20 flex w-max max-w-[calc(100%-16px)] -translate-x-1/2 flex-wrap items-center gap-1 rounded-xl bg-inverse p-1.5 whitespace-nowrap text-inverse-fg shadow-pop max-md:bottom-3"
    >
      <span className="tabular flex items-center gap-1 py-1 pr-1 pl-2.5 text-xs font-medium">
        <span role="status">{t('selection.count', { count })}</span>
        <button
          type="button"
          aria-label={t('selection.clear')}
          onClick={onClear}
          className="grid size-6 place-items-center rounded-sm text-inverse-muted hover:bg-inverse-line any-pointer-coarse:size-9"
        >
          <X size={13} aria-hidden />
        </button>
      </span>
      {!selection.all && total > selection.ids.size && (
        <Button variant="inverse" onClick={onAll} className="underline decoration-inverse-line underline-offset-4">
          {t('bulk.all', { count: total })}
        </Button>
      )}
      <span className="mx-1 h-5 w-px bg-inverse-line max-sm:h-px max-sm:w-full" />
      {trash ? (
        mayDelete && (
          <Button
            variant="inverse"
            onClick={() => {
              run('restore')
              onClear()
            }}
          >
            <RotateCcw size={14} aria-hidden />
            {t('deal.restore')}
          </Button>
        )
      ) : (
        <>
          <MoveMenu stages={active} onMove={move} className="max-sm:h-10 max-sm:flex-1">
            <Label>{t('selection.move')}</Label>
          </MoveMenu>
          <Assign onAssign={(owner) => run('assign', { ownerId: owner?.id ?? null }, owner)} />
          <CloseOn onDate={(expectedCloseOn) => run('setExpectedCloseOn', { expectedCloseOn })} />
          <Tags onTags={(action, tags) => run(action, { tags })} />
          {mayDelete && (
            <Button variant="inverse-danger" className="max-sm:h-10 max-sm:flex-1" onClick={() => void remove()}>
              <Trash2 size={14} aria-hidden />
              <Label>{tc('action.delete')}</Label>
            </Button>
          )}
        </>
      )}
      <Suspense>
        {losing && (
          <LostDialog
            count={count}
            stage={losing.name}
            onLost={(lostReason) => {
              run('move', { stageId: losing.id, lostReason })
              setLosing(null)
            }}
            onClose={() => setLosing(null)}
          />
        )}
      </Suspense>
    </div>
  )
}

function Assign({ onAssign }: { onAssign: (owner: Named | null) => void }) {
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
function CloseOn({ onDate }: { onDate: (day: string | null) => void }) {
  const { t } = useTranslation('pipeline')
  const [open, setOpen] = useState(false)
  const [day, setDay] = useState('')
  const done = (d: string | null) => {
    setOpen(false)
    onDate(d)
  }
  return (
    <BarPopover open={open} onOpenChange={setOpen} label={t('bulk.closeOn')} icon={<CalendarDays size={14} />}>
      <form
        className="flex flex-col gap-2.5"
        onSubmit={(e) => {
          e.preventDefault()
          if (day) done(day)
        }}
      >
        <Field label={t('field.expectedCloseOn')}>
          <Input type="date" value={day} onChange={(e) => setDay(e.target.value)} />
        </Field>
        <span className="flex gap-2">
          <Button type="submit" variant="primary" size="md" disabled={!day} className="flex-1">
            {t('bulk.setDate')}
          </Button>
          <Button size="md" onClick={() => done(null)}>
            {t('bulk.clearDate')}
          </Button>
        </span>
      </form>
    </BarPopover>
  )
}
function Tags({ onTags }: { onTags: (action: 'addTags' | 'removeTags', tags: string[]) => void }) {
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
const Label = ({ children }: { children: string }) => <span className="max-sm:sr-only">{children}</span>

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
