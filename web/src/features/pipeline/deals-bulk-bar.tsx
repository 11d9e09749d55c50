import { useQueryClient } from '@tanstack/react-query'
import { CalendarDays, RotateCcw, Trash2, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DealBulkAction, DealBulkRequest, Named, Stage } from '@/api/gen/types.gen'
import { countOf, type Selection } from '@/shared/lib/selection'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import type { DealsQuery } from './api'
import { bulk } from './batches'
import { Assign, BarPopover, Label, Tags } from './bulk-actions'
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
