import { useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import {
  ArrowDown,
  ArrowUp,
  ChevronLeft,
  Copy,
  Ellipsis,
  FileText,
  Megaphone,
  Merge,
  Redo2,
  SearchX,
  Trash2,
  Undo2,
} from 'lucide-react'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { type Command, useCommands } from '@/shared/commands/commands'
import { useKey } from '@/shared/commands/keys'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useEdits } from '@/shared/live/presence'
import { Present } from '@/shared/live/present'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/shared/ui/menu'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { toast } from '@/shared/ui/toast'
import type { EnrolDialog } from './enrol-slot'
import type { CrmRecord, Kind } from './fields'
import { KINDS, permission } from './kinds'
import { ConflictHost, totalText } from './list-page'
import { ListState } from './list-states'
import { toMarkdown } from './markdown'
import { SimilarRecords } from './merge-notices'
import { type Beside, RecordSkeleton, RecordView, type ViewTab } from './record-view'
import { redoLast, remove, undoLast } from './save'
import { useNeighbours, useRecord } from './use-record'
import { useTools } from './use-tools'

const MergeWith = lazy(() => import('./merge-with'))

type RecordPageProps = { kind: Kind; id: string; beside?: Beside; Enrol?: EnrolDialog }
export function RecordPage(p: RecordPageProps) {
  const { kind } = p
  const mayRead = useCan(permission(kind, 'read'))
  return mayRead ? <Page {...p} /> : <ListState kind={kind} state="forbidden" />
}

function Page({ kind, id, beside, Enrol }: RecordPageProps) {
  const { t } = useTranslation('records')
  const wide = useMediaQuery('(min-width: 1280px)')
  const desktop = useMediaQuery('(min-width: 1024px)')
  const layout = wide ? 'columns' : desktop ? 'two' : 'tabs'
  const q = useRecord(kind, id)
  const navigate = useNavigate()
  const { tab } = useSearch({ strict: false }) as { tab?: ViewTab }
  const list = useLocation({ select: (l) => l.state.recordList })
  const { path, texts } = KINDS[kind]
  const record = q.data
  const edits = useEdits(`${kind}:${id}`)
  const lead = (
    <Link
      to={path}
      search={list ?? {}}
      className="-ml-1.5 flex h-7 shrink-0 items-center gap-0.5 rounded-md pr-1.5 text-sm text-muted hover:bg-hover hover:text-fg any-pointer-coarse:h-10"
    >
      <ChevronLeft size={16} aria-hidden />
      <span className="max-sm:sr-only">{t(`${texts}.title`)}</span>
    </Link>
  )
  if (!record)
    return (
      <>
        <PageHeader lead={lead} title={q.error ? t(`${texts}.title`) : '…'} tab={t(`${texts}.title`)} />
        {!q.error ? (
          <RecordSkeleton layout={layout} />
        ) : isApiError(q.error) && [400, 404].includes(q.error.status) ? (
          <NotFound kind={kind} />
        ) : (
          <div className="grid flex-1 place-items-center">
            <ErrorState error={q.error} onRetry={() => void q.refetch()} />
          </div>
        )}
      </>
    )
  return (
    <>
      <PageHeader lead={lead} title={record.name} actions={<Actions kind={kind} record={record} Enrol={Enrol} />} />
      <RefreshBar active={q.isRefetching && !q.isPlaceholderData} label={t('list.refreshing')} />
      <div
        {...edits}
        className={layout === 'tabs' ? 'min-h-0 flex-1 overflow-y-auto bg-surface' : 'flex min-h-0 flex-1 flex-col'}
      >
        <RecordView
          kind={kind}
          record={record}
          layout={layout}
          beside={beside}
          tab={tab ?? 'about'}
          onTab={(v) => void navigate({ to: '.', search: { tab: v } as never, replace: true, state: true })}
        />
      </div>
      <ConflictHost />
    </>
  )
}

function NotFound({ kind }: { kind: Kind }) {
  const { t } = useTranslation('records')
  const { path, texts } = KINDS[kind]
  return (
    <div className="grid flex-1 place-items-center">
      <EmptyState
        icon={SearchX}
        tone="gray"
        title={t(`${texts}.notFound`)}
        text={t('notFoundHint')}
        actions={
          <>
            <Link to={path} className={buttonCls('primary', 'md')}>
              {t(`${texts}.toList`)}
            </Link>
            <Link to="/trash" search={{ tab: KINDS[kind].texts }} className={buttonCls('secondary', 'md')}>
              {t('toTrash')}
            </Link>
          </>
        }
      />
    </div>
  )
}

function Actions({ kind, record, Enrol }: { kind: Kind; record: CrmRecord; Enrol?: EnrolDialog }) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const tools = useTools()
  const qc = useQueryClient()
  const navigate = useNavigate()
  const mayDelete = useCan(permission(kind, 'delete')) && record.deletedAt === null
  const mayMerge = useCan(permission(kind, 'merge')) && record.deletedAt === null
  const [merging, setMerging] = useState(false)
  const mayEnrol = useCan('campaigns.write') && Enrol !== undefined && record.deletedAt === null
  const [enrolling, setEnrolling] = useState(false)
  const keys = { next: useKey('next'), previous: useKey('previous') }
  const list = useLocation({ select: (l) => l.state.recordList })
  const at = useNeighbours(kind, record.id, list)
  const { page, path } = KINDS[kind]
  const go = (id: string | undefined) =>
    id && void navigate({ to: page, params: { id }, search: true, state: { recordList: list }, replace: true } as never)
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(
      () => toast.success(tc('ui.copied')),
      (e: unknown) => toast.error(t('toast.notCopied'), e),
    )
  const actions = {
    next: () => go(at?.next),
    previous: () => go(at?.previous),
    link: () => copy(location.origin + location.pathname),
    delete: () => {
      void remove(qc, kind, record)
      void navigate({ to: path, search: list ?? {} })
    },
    merge: () => setMerging(true),
    undo: () => undoLast(qc),
    redo: () => redoLast(qc),
  }
  useRecordCommands(actions, !!at, mayDelete, mayMerge)
  return (
    <>
      <Present room={`${kind}:${record.id}`} />
      <SimilarRecords key={record.id} kind={kind} record={record} />
      {at && (
        <span className="flex items-center">
          <span className="tabular mr-1.5 text-xs text-subtle max-md:hidden">
            {t('position', { position: tools.fmt.num(at.position), total: totalText(at, tools.fmt.num) })}
          </span>
          <IconButton label={t('previous')} keys={keys.previous} disabled={!at.previous} onClick={actions.previous}>
            <ArrowUp size={15} />
          </IconButton>
          <IconButton label={t('next')} keys={keys.next} disabled={!at.next} onClick={actions.next}>
            <ArrowDown size={15} />
          </IconButton>
        </span>
      )}
      <Menu>
        <MenuTrigger
          render={
            <IconButton label={tc('action.more')} tip={false} className="any-pointer-coarse:size-10!">
              <Ellipsis size={16} />
            </IconButton>
          }
        />
        <MenuContent align="end">
          <MenuItem onClick={actions.link}>
            <Copy size={14} aria-hidden />
            {t('copyLink')}
          </MenuItem>
          <MenuItem onClick={() => copy(toMarkdown(kind, record, tools))}>
            <FileText size={14} aria-hidden />
            {t('copyMarkdown')}
          </MenuItem>
          {mayEnrol && (
            <MenuItem onClick={() => setEnrolling(true)}>
              <Megaphone size={14} aria-hidden />
              {t('bulk.campaign')}
            </MenuItem>
          )}
          {mayMerge && (
            <MenuItem onClick={actions.merge}>
              <Merge size={14} aria-hidden />
              {t('merge.with')}
            </MenuItem>
          )}
          {mayDelete && (
            <>
              <MenuSeparator />
              <MenuItem danger onClick={actions.delete}>
                <Trash2 size={14} aria-hidden />
                {tc('action.delete')}
              </MenuItem>
            </>
          )}
        </MenuContent>
      </Menu>
      <Suspense>
        {merging && <MergeWith kind={kind} record={record} onClose={() => setMerging(false)} />}
        {enrolling && Enrol && (
          <Enrol who={{ ids: [record.id], name: record.name }} onClose={() => setEnrolling(false)} />
        )}
      </Suspense>
    </>
  )
}
type RecordActions = Record<'next' | 'previous' | 'link' | 'delete' | 'merge' | 'undo' | 'redo', () => void>
function useRecordCommands(actions: RecordActions, inList: boolean, mayDelete: boolean, mayMerge: boolean) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const now = useRef(actions)
  now.current = actions
  const commands = useMemo<Command[]>(
    () => [
      ...(inList
        ? [
            {
              id: 'record.next',
              label: t('next'),
              icon: ArrowDown,
              action: 'next' as const,
              run: () => now.current.next(),
            },
            {
              id: 'record.previous',
              label: t('previous'),
              icon: ArrowUp,
              action: 'previous' as const,
              run: () => now.current.previous(),
            },
          ]
        : []),
      { id: 'record.link', label: t('copyLink'), icon: Copy, action: 'copyLink', run: () => now.current.link() },
      { id: 'record.undo', label: t('keys.undo'), icon: Undo2, action: 'undo', run: () => now.current.undo() },
      {
        id: 'record.redo',
        label: t('keys.redo'),
        icon: Redo2,
        action: 'undo',
        shift: true,
        run: () => now.current.redo(),
      },
      ...(mayMerge
        ? [
            {
              id: 'record.merge',
              label: t('merge.with'),
              icon: Merge,
              action: 'merge' as const,
              run: () => now.current.merge(),
            },
          ]
        : []),
      ...(mayDelete
        ? [{ id: 'record.delete', label: tc('action.delete'), icon: Trash2, run: () => now.current.delete() }]
        : []),
    ],
    [t, tc, inList, mayDelete, mayMerge],
  )
  useCommands(commands)
}
