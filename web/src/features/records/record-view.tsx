import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Globe, Link2, Mail, Pencil, Phone, RotateCcw, Send, Tag as TagIcon, Trash2, UserPlus } from 'lucide-react'
import { lazy, type MouseEvent, type ReactNode, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { TimelineSkeleton } from '@/shared/timeline/timeline-skeleton'
import { Button, buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { TabPanel, Tabs } from '@/shared/ui/tabs'
import { Tip } from '@/shared/ui/tooltip'
import { RecordIcon, type Tools } from './cells'
import { type CrmRecord, type FieldId, fieldOf, type Kind } from './fields'
import { permission, subtitleOf } from './kinds'
import { MergedBanner } from './merge-notices'
import { type FieldEdit, Properties, useFieldEdit, type Wanted } from './properties'
import { Related } from './related'
import { restore } from './save'
import { phone, safeHref, website } from './show'
import { useTools } from './use-tools'

const FieldEditor = lazy(() => import('./field-editor'))
const RecordTimeline = lazyWithTexts(['timeline', 'pipeline'], () => import('./record-timeline'))

export type ViewTab = 'about' | 'timeline' | 'related'
/** What other features know of a record, among the related ones; the route brings it. */
export type Beside = (record: CrmRecord, readOnly: boolean) => ReactNode
type ViewProps = {
  kind: Kind
  record: CrmRecord
  /** Three columns on a page that is wide enough, else tabs (phone, peek panel). */
  layout: 'columns' | 'two' | 'tabs'
  tab?: ViewTab
  onTab?: (tab: ViewTab) => void
  beside?: Beside
}
/** A contact or company in full: the page and the peek panel show the same. */
export function RecordView({ kind, record, layout: wanted, tab = 'about', onTab, beside }: ViewProps) {
  const { t } = useTranslation('records')
  const tools = useTools()
  const navigate = useNavigate()
  const mayWrite = useCan(permission(kind, 'write'))
  const readOnly = !mayWrite || record.deletedAt !== null
  const alone = kind === 'contact' && !record.companyId && !beside
  const layout = wanted === 'columns' && alone ? 'two' : wanted
  // Links inside of values are plain anchors, as in the table.
  const onClick = (e: MouseEvent) => {
    const link = (e.target as Element).closest('a[data-in-app]')
    if (!link || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey) return
    e.preventDefault()
    void navigate({ to: link.getAttribute('href') ?? '/' })
  }
  const [asked, setAsked] = useState<FieldId | null>(null)
  useEditCommands(readOnly, (field) => {
    if (layout === 'tabs' && field !== 'name') onTab?.('about')
    setAsked(field)
  })
  const taken = () => setAsked(null)
  const forName = asked === 'name'
  const profile = (
    <Profile
      kind={kind}
      record={record}
      tools={tools}
      readOnly={readOnly}
      centred={layout !== 'tabs'}
      wanted={{ field: forName ? asked : null, taken }}
    />
  )
  const properties = (
    <Properties
      key={record.id}
      kind={kind}
      record={record}
      tools={tools}
      readOnly={readOnly}
      wanted={{ field: forName ? null : asked, taken }}
    />
  )
  const timeline = (
    <Suspense fallback={<TimelineSkeleton />}>
      <RecordTimeline kind={kind} id={record.id} readOnly={readOnly} />
    </Suspense>
  )
  const related = (
    <div className="flex flex-col gap-5">
      {beside?.(record, readOnly)}
      <Related kind={kind} record={record} readOnly={readOnly} />
    </div>
  )
  if (layout === 'tabs')
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: only catches what its links do themselves
      // biome-ignore lint/a11y/noStaticElementInteractions: see above
      <div onClick={onClick} className="flex min-h-0 flex-1 flex-col">
        <Trashed kind={kind} record={record} tools={tools} />
        <MergedBanner kind={kind} record={record} />
        {profile}
        <Tabs
          label={t('tabs.label')}
          value={tab}
          onValueChange={(v) => onTab?.(v)}
          className="sticky top-0 z-10 border-b border-line bg-inherit px-3 py-1.5"
          items={(['about', 'timeline', 'related'] as const).map((value) => ({ value, label: t(`tabs.${value}`) }))}
        >
          <TabPanel value="about" className="p-3">
            {properties}
          </TabPanel>
          <TabPanel value="timeline" className="p-4">
            {timeline}
          </TabPanel>
          <TabPanel value="related" className="p-3">
            {related}
          </TabPanel>
        </Tabs>
      </div>
    )
  const scroll = 'min-h-0 overflow-y-auto outline-offset-[-2px]'
  const region = (label: string) => ({ role: 'region', 'aria-label': label, tabIndex: 0 }) as const
  return (
    <>
      <Trashed kind={kind} record={record} tools={tools} />
      <MergedBanner kind={kind} record={record} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: only catches what its links do themselves */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      <div
        onClick={onClick}
        className={cn(
          'grid min-h-0 flex-1',
          layout === 'columns' ? 'grid-cols-[336px_minmax(0,1fr)_288px]' : 'grid-cols-[336px_minmax(0,1fr)]',
        )}
      >
        <div {...region(t('tabs.about'))} className={cn(scroll, 'border-r border-line p-3 pb-8')}>
          {profile}
          <div className="mt-4">{properties}</div>
          {layout === 'two' && !alone && <div className="mt-6">{related}</div>}
        </div>
        <div {...region(t('tabs.timeline'))} className={cn(scroll, 'bg-sunken px-6 py-5')}>
          <div className="mx-auto max-w-[680px]">{timeline}</div>
        </div>
        {layout === 'columns' && (
          <div {...region(t('tabs.related'))} className={cn(scroll, 'border-l border-line p-3')}>
            {related}
          </div>
        )}
      </div>
    </>
  )
}

/** The fields that have a key: the name, the owner, the tags. */
function useEditCommands(readOnly: boolean, edit: (field: FieldId) => void) {
  const { t } = useTranslation('records')
  const now = useRef(edit)
  now.current = edit
  const commands = useMemo<Command[]>(
    () =>
      readOnly
        ? []
        : [
            {
              id: 'record.edit',
              label: t('editField', { field: t('field.name') }),
              icon: Pencil,
              action: 'edit',
              run: () => now.current('name'),
            },
            {
              id: 'record.assign',
              label: t('editField', { field: t('field.ownerId') }),
              icon: UserPlus,
              action: 'assign',
              run: () => now.current('ownerId'),
            },
            {
              id: 'record.labels',
              label: t('editField', { field: t('field.tags') }),
              icon: TagIcon,
              action: 'labels',
              run: () => now.current('tags'),
            },
          ],
    [t, readOnly],
  )
  useCommands(commands)
}

function Trashed({ kind, record, tools }: { kind: Kind; record: CrmRecord; tools: Tools }) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const mayRestore = useCan(permission(kind, 'delete'))
  const [busy, setBusy] = useState(false)
  if (!record.deletedAt || record.mergedInto) return null
  const back = async () => {
    setBusy(true)
    await restore(qc, kind, record)
    setBusy(false)
  }
  return (
    <Notice kind="warning" icon={Trash2} role="status" className="m-3 mb-0 items-center!">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 flex-1">{t('trashed', { date: tools.fmt.dateTime(record.deletedAt) })}</span>
        {mayRestore && (
          <Button busy={busy} onClick={() => void back()}>
            <RotateCcw size={14} aria-hidden />
            {tc('action.restore')}
          </Button>
        )}
      </span>
    </Notice>
  )
}

type ProfileProps = { kind: Kind; record: CrmRecord; tools: Tools; readOnly: boolean; centred: boolean }
function Profile({ kind, record, tools, readOnly, centred, wanted }: ProfileProps & { wanted: Wanted }) {
  const edit = useFieldEdit(kind, record, wanted)
  return (
    <div
      className={cn('flex gap-3 px-2 pt-4 pb-2', centred ? 'flex-col items-center text-center' : 'items-center px-5')}
    >
      <RecordIcon kind={kind} name={record.name} size={centred ? 64 : 48} />
      <div className={cn('min-w-0', centred ? 'w-full' : 'flex-1')}>
        <Name kind={kind} record={record} tools={tools} readOnly={readOnly} edit={edit} centred={centred} />
        <p className="truncate text-sm text-muted">{subtitleOf(kind, record)}</p>
        <Reach record={record} centred={centred} />
      </div>
    </div>
  )
}
function Name({ kind, record, tools, readOnly, edit, centred }: ProfileProps & { edit: FieldEdit }) {
  const field = fieldOf(kind, 'name')
  const refused = edit.refused.name
  if (!field) return null
  if (edit.editing === 'name')
    return (
      <Suspense>
        <FieldEditor
          field={field}
          record={record}
          anchor={null}
          refused={refused}
          onChange={edit.onChange}
          onClose={() => edit.close('name')}
        />
      </Suspense>
    )
  return (
    <>
      {readOnly ? (
        <p className="text-lg font-semibold break-words">{record.name}</p>
      ) : (
        <button
          type="button"
          id={`edit-name-${record.id}`}
          title={tools.t('editField', { field: tools.t('field.name') })}
          onClick={() => edit.setEditing('name')}
          className={cn(
            'max-w-full rounded-md px-1.5 text-lg font-semibold break-words hover:bg-hover',
            centred ? 'text-center' : '-ml-1.5 text-left',
          )}
        >
          {record.name}
        </button>
      )}
      {refused && (
        <p role="alert" className="text-xs text-danger">
          {refused.message}
        </p>
      )}
    </>
  )
}
/** One press to write or call. */
function Reach({ record, centred }: { record: CrmRecord; centred: boolean }) {
  const [mail] = record.emails
  const [tel] = record.phones
  const site = record.website && safeHref(record.website)
  const linkedinUrl = record.linkedinUrl && safeHref(record.linkedinUrl)
  const ways = [
    mail && { href: `mailto:${mail}`, label: mail, icon: Mail },
    tel && { href: `tel:${tel}`, label: phone(tel), icon: Phone },
    record.telegramUsername && {
      href: `https://t.me/${record.telegramUsername}`,
      label: `@${record.telegramUsername}`,
      icon: Send,
    },
    linkedinUrl && { href: linkedinUrl, label: 'LinkedIn', icon: Link2 },
    site && { href: site, label: website(site), icon: Globe },
  ].filter((w) => !!w)
  if (ways.length === 0) return null
  return (
    <ul className={cn('mt-2 flex gap-1.5', centred && 'justify-center')}>
      {ways.map(({ href, label, icon: Icon }) => (
        <li key={href}>
          <Tip label={label}>
            <a
              href={href}
              aria-label={label}
              className={`${buttonCls('secondary', 'icon')} any-pointer-coarse:size-10!`}
              {...(href.startsWith('http') ? { target: '_blank', rel: 'noreferrer' } : {})}
            >
              <Icon size={14} strokeWidth={1.75} aria-hidden />
            </a>
          </Tip>
        </li>
      ))}
    </ul>
  )
}

/** The same places before the record is there. */
export function RecordSkeleton({ layout }: { layout: ViewProps['layout'] }) {
  const { t } = useTranslation()
  const side = (
    <div className="p-3">
      <div className="flex flex-col items-center gap-3 px-2 pt-4 pb-6">
        <Skeleton className="size-16 rounded-full" />
        <Skeleton className="h-4 w-36" />
        <Skeleton className="h-3 w-24" />
      </div>
      {Array.from({ length: 10 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
        <div key={i} className="flex h-8 items-center gap-4 px-2">
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 w-32" />
        </div>
      ))}
    </div>
  )
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="flex min-h-0 flex-1 overflow-hidden">
      {layout === 'tabs' ? (
        <div className="flex-1">{side}</div>
      ) : (
        <>
          <div className="w-[336px] border-r border-line">{side}</div>
          <div className="flex-1 bg-sunken px-6 py-5">
            <Skeleton className="mx-auto h-11 max-w-[680px] rounded-lg" />
          </div>
          {layout === 'columns' && <div className="w-[288px] border-l border-line" />}
        </>
      )}
    </div>
  )
}
