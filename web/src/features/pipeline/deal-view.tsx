import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleX, Pencil, RotateCcw, Tag as TagIcon, Trash2, Trophy, UserPlus } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Deal, DealPatch, Missing, Named } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { type Command, useCommands } from '@/shared/commands/commands'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useCan } from '@/shared/session/session'
import { TimelineSkeleton } from '@/shared/timeline/timeline-skeleton'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Tag } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { TabPanel, Tabs } from '@/shared/ui/tabs'
import { toast } from '@/shared/ui/toast'
import { api, keys, pipelinesOptions, refreshBoards } from './api'
import { CustomProperties } from './custom-properties'
import { CompanyPicker, ContactPicker, MoneyInput, OwnerPicker, TagsInput } from './lazy-inputs'
import { toMajor } from './money'
import { MoveHistory } from './move-history'
import { Property } from './property'
import { StageStepper } from './stage-stepper'
import { useTools } from './tools'
import { useDeal } from './use-deal'
import type { Extra } from './use-moves'

const DealTimeline = lazyWithTexts(['timeline'], () => import('./deal-timeline'))
const LostDialog = lazy(() => import('./lost-dialog'))
const MissingDialog = lazy(() => import('./missing-dialog'))

type DealTab = 'about' | 'timeline' | 'history'
const BESIDE = ['timeline', 'history'] as const
/** What has a key of its own. */
export type StartField = 'title' | 'owner' | 'tags'
type DealViewProps = {
  deal: Deal
  wide: boolean
  /** Opened to edit it. */
  start?: StartField | null
}
/** A deal in full: the page and the panel beside the board show the same. */
export function DealView({ deal, wide, start }: DealViewProps) {
  const { t } = useTranslation('pipeline')
  const mayWrite = useCan('crm.deals.write')
  const [tab, setTab] = useState<DealTab>('about')
  const readOnly = !mayWrite || deal.deletedAt !== null
  const [wanted, setWanted] = useState<StartField | null>(start ?? null)
  useEditCommands(readOnly, (field) => {
    if (!wide) setTab('about')
    setWanted(field)
  })
  const head = <Head deal={deal} readOnly={readOnly} />
  const about = (
    <About key={deal.id} deal={deal} readOnly={readOnly} wanted={wanted} onStarted={() => setWanted(null)} />
  )
  const history = <MoveHistory of="deal" id={deal.id} />
  const timeline = (
    <Suspense fallback={<TimelineSkeleton />}>
      <DealTimeline key={deal.id} deal={deal} readOnly={readOnly} />
    </Suspense>
  )
  if (!wide)
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        {head}
        <Tabs
          label={t('deal.tabs')}
          value={tab}
          onValueChange={setTab}
          className="sticky top-0 z-10 border-b border-line bg-inherit px-3 py-1.5"
          items={(['about', ...BESIDE] as const).map((value) => ({ value, label: t(`tab.${value}`) }))}
        >
          <TabPanel value="about" className="p-3">
            {about}
          </TabPanel>
          <TabPanel value="timeline" className="p-4">
            {timeline}
          </TabPanel>
          <TabPanel value="history" className="p-4">
            {history}
          </TabPanel>
        </Tabs>
      </div>
    )
  const region = (label: string) => ({ role: 'region', 'aria-label': label, tabIndex: 0 }) as const
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {head}
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div {...region(t('tab.about'))} className="min-h-0 overflow-y-auto p-3">
          <div className="mx-auto max-w-[560px]">{about}</div>
        </div>
        <div {...region(t('tab.beside'))} className="min-h-0 overflow-y-auto border-l border-line bg-sunken px-6 py-4">
          <div className="mx-auto max-w-[600px]">
            <Tabs
              label={t('tab.beside')}
              value={tab === 'history' ? 'history' : 'timeline'}
              onValueChange={setTab}
              className="mb-4"
              items={BESIDE.map((value) => ({ value, label: t(`tab.${value}`) }))}
            >
              <TabPanel value="timeline">{timeline}</TabPanel>
              <TabPanel value="history">{history}</TabPanel>
            </Tabs>
          </div>
        </div>
      </div>
    </div>
  )
}

/** The properties that have a key. */
function useEditCommands(readOnly: boolean, edit: (field: StartField) => void) {
  const { t } = useTranslation('pipeline')
  const now = useRef(edit)
  now.current = edit
  const commands = useMemo<Command[]>(() => {
    const all = [
      { field: 'title', icon: Pencil, action: 'edit' },
      { field: 'owner', icon: UserPlus, action: 'assign' },
      { field: 'tags', icon: TagIcon, action: 'labels' },
    ] as const
    const command = ({ field, icon, action }: (typeof all)[number]): Command => ({
      id: `deal.${action}`,
      label: t('deal.edit', { field: t(`field.${field}`) }),
      icon,
      action,
      run: () => now.current(field),
    })
    return readOnly ? [] : all.map(command)
  }, [t, readOnly])
  useCommands(commands)
}

/** Where the deal stands, and the ways on. */
function Head({ deal, readOnly }: { deal: Deal; readOnly: boolean }) {
  const { t } = useTranslation('pipeline')
  const { fmt } = useTools()
  const qc = useQueryClient()
  const { restore } = useDeal(deal.id)
  const mayRestore = useCan('crm.deals.delete')
  const pipeline = useQuery(pipelinesOptions()).data?.find((p) => p.id === deal.pipelineId)
  const [asking, setAsking] = useState<{ to: string; missing?: Missing[] } | null>(null)
  const stages = pipeline?.stages.filter((s) => s.archivedAt === null || s.id === deal.stageId) ?? []
  const move = async (to: string, extra: Extra = {}) => {
    const stage = stages.find((s) => s.id === to)
    if (!stage || to === deal.stageId) return
    if (stage.kind === 'lost' && !extra.lostReason) return setAsking({ to })
    setAsking(null)
    const from = deal.stageId
    try {
      qc.setQueryData(keys.deal(deal.id), await api.move(deal.id, { stageId: to, ...extra }))
      if (stages.find((s) => s.id === from)?.kind !== 'lost')
        toast.undo(t('moved.to', { count: 1, stage: stage.name }), () => void move(from))
    } catch (e) {
      if (isApiError(e) && e.code === 'stage_rules') setAsking({ to, missing: (e.facts['missing'] as Missing[]) ?? [] })
      else toast.error(t('moved.failed', { name: deal.title }), e)
    }
    refreshBoards(qc)
  }
  const asked = stages.find((s) => s.id === asking?.to)
  const closing = deal.status === 'open' ? stages.filter((s) => s.kind !== 'open') : []
  return (
    <div className="flex flex-col gap-3 border-b border-line px-5 py-3">
      {deal.deletedAt && (
        <Notice kind="warning" icon={Trash2} role="status">
          <span className="flex flex-wrap items-center gap-3">
            {t('deal.trashed', { date: fmt.dateTime(deal.deletedAt) })}
            {mayRestore && (
              <Button onClick={() => void restore()}>
                <RotateCcw size={14} aria-hidden />
                {t('deal.restore')}
              </Button>
            )}
          </span>
        </Notice>
      )}
      <StageStepper stages={stages} deal={deal} onMove={readOnly ? null : (id) => void move(id)} />
      {!readOnly && closing.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {closing.map((s) => (
            <Button key={s.id} onClick={() => void move(s.id)}>
              {s.kind === 'won' ? (
                <Trophy size={14} className="text-success" aria-hidden />
              ) : (
                <CircleX size={14} className="text-danger" aria-hidden />
              )}
              {s.name}
            </Button>
          ))}
        </div>
      )}
      {deal.lostReason && (
        <p className="text-sm text-muted">
          {t('field.lostReason')}: <span className="text-fg">{deal.lostReason}</span>
        </p>
      )}
      <Suspense>
        {asking && asked && !asking.missing && (
          <LostDialog
            count={1}
            stage={asked.name}
            onLost={(lostReason) => void move(asking.to, { lostReason })}
            onClose={() => setAsking(null)}
          />
        )}
        {asking?.missing && asked && (
          <MissingDialog
            dealId={deal.id}
            title={deal.title}
            stage={asked.name}
            currency={deal.currency ?? pipeline?.currency ?? 'EUR'}
            missing={asking.missing}
            onReady={(extra) => void move(asking.to, extra)}
            onClose={() => setAsking(null)}
          />
        )}
      </Suspense>
    </div>
  )
}

type AboutProps = { deal: Deal; readOnly: boolean; wanted: StartField | null; onStarted: () => void }
function About({ deal, readOnly, wanted, onStarted }: AboutProps) {
  const { t, fmt } = useTools()
  const { save } = useDeal(deal.id)
  const pipeline = useQuery(pipelinesOptions()).data?.find((p) => p.id === deal.pipelineId)
  const currency = deal.currency ?? pipeline?.currency ?? 'EUR'
  const startOf = (field: string) => ({ start: !readOnly && wanted === field, onStarted })
  const text = (field: 'title' | 'source' | 'description', max: number, long = false) => (
    <Property
      label={t(`field.${field}`)}
      readOnly={readOnly}
      {...startOf(field)}
      value={deal[field]}
      show={
        deal[field] && <span className={long ? 'break-words whitespace-pre-wrap' : 'break-words'}>{deal[field]}</span>
      }
      onSave={(v) =>
        (field !== 'title' || v) && void save({ [field]: v || null }, { [field]: v || null } as Partial<Deal>)
      }
      edit={(value, onChange) =>
        long ? (
          <Textarea autoFocus rows={4} maxLength={max} value={value ?? ''} onChange={(e) => onChange(e.target.value)} />
        ) : (
          <Input autoFocus size="sm" maxLength={max} value={value ?? ''} onChange={(e) => onChange(e.target.value)} />
        )
      }
    />
  )
  const refer = (
    field: 'company' | 'contact' | 'owner',
    show: (n: Named) => ReactNode,
    Picker: typeof CompanyPicker,
  ) => (
    <Property
      label={t(`field.${field}`)}
      readOnly={readOnly}
      {...startOf(field)}
      value={deal[field]}
      atOnce
      show={deal[field] && show(deal[field])}
      onSave={(v) => void save({ [`${field}Id`]: v?.id ?? null } as DealPatch, { [field]: v } as Partial<Deal>)}
      edit={(value, onChange) => <Picker value={value} onValue={onChange} />}
    />
  )
  return (
    <dl className="flex flex-col">
      {text('title', 255)}
      <Property
        label={t('field.amount')}
        readOnly={readOnly}
        value={{ minor: deal.amountMinor, valid: true }}
        show={
          deal.amountMinor !== null && (
            <span className="tabular">{fmt.money(toMajor(deal.amountMinor, currency), currency)}</span>
          )
        }
        onSave={({ minor, valid }) =>
          valid &&
          void save(
            { amountMinor: minor, ...(minor === null ? {} : { currency }) },
            { amountMinor: minor, currency: minor === null ? null : currency },
          )
        }
        edit={(value, onChange) => (
          <MoneyInput autoFocus size="sm" minor={value.minor} currency={currency} onMoney={onChange} />
        )}
      />
      {refer(
        'company',
        (n) => (
          <Link to="/companies/$id" params={{ id: n.id }} className="flex items-center gap-2 hover:underline">
            <CompanyLogo name={n.name} size={16} />
            {n.name}
          </Link>
        ),
        CompanyPicker,
      )}
      {refer(
        'contact',
        (n) => (
          <Link to="/contacts/$id" params={{ id: n.id }} className="flex items-center gap-2 hover:underline">
            <Avatar name={n.name} size={18} />
            {n.name}
          </Link>
        ),
        ContactPicker,
      )}
      {refer(
        'owner',
        (n) => (
          <span className="flex items-center gap-2">
            <Avatar name={n.name} size={18} />
            {n.name}
          </span>
        ),
        OwnerPicker,
      )}
      <Property
        label={t('field.expectedCloseOn')}
        readOnly={readOnly}
        value={deal.expectedCloseOn}
        show={deal.expectedCloseOn && fmt.day(`${deal.expectedCloseOn}T12:00:00Z`)}
        onSave={(v) => void save({ expectedCloseOn: v || null }, { expectedCloseOn: v || null })}
        edit={(value, onChange) => (
          <Input autoFocus size="sm" type="date" value={value ?? ''} onChange={(e) => onChange(e.target.value)} />
        )}
      />
      {text('source', 100)}
      <Property
        label={t('field.tags')}
        readOnly={readOnly}
        {...startOf('tags')}
        value={deal.tags}
        show={
          deal.tags.length > 0 && (
            <span className="flex flex-wrap gap-1">
              {deal.tags.map((x) => (
                <Tag key={x}>{x}</Tag>
              ))}
            </span>
          )
        }
        onSave={(tags) => void save({ tags }, { tags })}
        edit={(value, onChange) => <TagsInput value={value} onValue={onChange} />}
      />
      {text('description', 5000, true)}
      <CustomProperties deal={deal} readOnly={readOnly} />
      <Property label={t('field.createdAt')} readOnly value={null} show={fmt.dateTime(deal.createdAt)} />
    </dl>
  )
}
