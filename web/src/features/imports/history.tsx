import { Link } from '@tanstack/react-router'
import { FileDown, FileSpreadsheet, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { download } from '@/shared/api/download'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { ProgressBar } from '@/shared/ui/progress'
import { Skeleton } from '@/shared/ui/skeleton'
import { useDeleteImport, useImports } from './api'
import { CountsLine, StatusBadge } from './import-status'
import { isBusy } from './steps'
import { TYPE_ICONS } from './types'

/** What was imported before, the newest first. */
export function History() {
  const { t } = useTranslation('imports')
  const wide = useMediaQuery('(min-width: 768px)')
  const { data, error, isPending, refetch, isRefetching, fetchNextPage, hasNextPage, isFetchingNextPage } = useImports()
  const { num } = useFormat()
  const items = data?.pages.flatMap((p) => p.items) ?? []
  const total = data?.pages[0]?.page.total ?? 0
  return (
    <section aria-labelledby="import-history" className="min-w-0">
      <h2 id="import-history" className="mb-2 flex items-baseline gap-2 px-1 text-sm font-semibold">
        {t('history.title')}
        {total > 0 && <span className="tabular font-normal text-subtle">{num(total)}</span>}
      </h2>
      <div className="overflow-hidden rounded-lg bg-card shadow-card">
        {isPending ? (
          <Waiting />
        ) : error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} busy={isRefetching} className="py-8!" />
        ) : items.length === 0 ? (
          <p className="px-4 py-8 text-center text-sm text-balance text-subtle">{t('history.empty')}</p>
        ) : wide ? (
          <Table items={items} />
        ) : (
          <Cards items={items} />
        )}
      </div>
      {hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button onClick={() => void fetchNextPage()} busy={isFetchingNextPage}>
            {t('history.more')}
          </Button>
        </div>
      )}
    </section>
  )
}

const TypeIcon = ({ type }: { type: Import['recordType'] }) => {
  const Icon = TYPE_ICONS[type]
  return <Icon size={13} strokeWidth={1.8} aria-hidden className="shrink-0 text-subtle" />
}

/** How it went, or how far it is. */
function Outcome({ item }: { item: Import }) {
  const { t } = useTranslation('imports')
  const { percent } = useFormat()
  if (item.status === 'ready') return <span className="text-subtle">{t('history.notStarted')}</span>
  if (item.status === 'running')
    return (
      <span className="flex items-center gap-2.5">
        <ProgressBar value={item.progress} label={t('run.progress')} className="max-w-40" />
        <span className="tabular w-9 shrink-0 text-right">{percent(Math.floor(item.progress * 100) / 100)}</span>
      </span>
    )
  return <CountsLine counts={item.counts} />
}

function Actions({ item }: { item: Import }) {
  const { t } = useTranslation('imports')
  const remove = useDeleteImport()
  const kind = item.status === 'ready' ? 'discard' : 'forget'
  const ask = async () => {
    const yes = await confirm({
      title: t(`history.${kind}.title`, { file: item.fileName }),
      description: t(`history.${kind}.text`),
      action: t(`history.${kind}.action`),
      danger: true,
    })
    if (yes) remove.mutate({ path: { id: item.id } })
  }
  return (
    <span className="relative z-1 flex justify-end gap-0.5">
      {item.hasErrorFile && (
        <IconButton label={t('result.errors')} onClick={() => download(`/api/crm/imports/${item.id}/errors.csv`)}>
          <FileDown size={15} strokeWidth={1.8} />
        </IconButton>
      )}
      {!isBusy(item.status) && (
        <IconButton label={t(`history.${kind}.action`)} busy={remove.isPending} onClick={() => void ask()}>
          <Trash2 size={15} strokeWidth={1.8} />
        </IconButton>
      )}
    </span>
  )
}

function FileLink({ item }: { item: Import }) {
  return (
    <Link
      to="/import/$id"
      params={{ id: item.id }}
      className="block truncate font-medium outline-offset-[-2px] after:absolute after:inset-0"
    >
      {item.fileName}
    </Link>
  )
}
function When({ item }: { item: Import }) {
  const { ago, dateTime } = useFormat()
  return (
    <time dateTime={item.createdAt} title={dateTime(item.createdAt)} className="whitespace-nowrap text-muted">
      {ago(item.createdAt)}
    </time>
  )
}

const COLUMNS = ['file', 'status', 'outcome', 'who', 'when'] as const
function Table({ items }: { items: readonly Import[] }) {
  const { t } = useTranslation('imports')
  const f = useFormat()
  return (
    <table className="w-full table-fixed text-sm">
      <colgroup>
        <col />
        <col className="w-[124px]" />
        <col className="w-[29%]" />
        <col className="w-[44px]" />
        <col className="w-[104px]" />
        <col className="w-[72px]" />
      </colgroup>
      <thead>
        <tr className="h-[34px] border-b border-line text-left text-xs text-subtle">
          {COLUMNS.map((c) => (
            <th key={c} scope="col" className="px-3 font-medium first:pl-4">
              {c === 'who' ? <span className="sr-only">{t('history.who')}</span> : t(`history.${c}`)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id} className="relative border-b border-line-soft last:border-0 hover:bg-row-hover">
            <td className="max-w-0 py-2 pr-3 pl-4">
              <span className="flex items-center gap-2.5">
                <FileSpreadsheet size={17} strokeWidth={1.6} aria-hidden className="shrink-0 text-subtle" />
                <span className="min-w-0">
                  <FileLink item={item} />
                  <span className="flex items-center gap-1 text-xs text-subtle">
                    <TypeIcon type={item.recordType} />
                    <span className="truncate">
                      {t(`type.${item.recordType}`)} · {f.bytes(item.sizeBytes)}
                    </span>
                  </span>
                </span>
              </span>
            </td>
            <td className="px-3">
              <StatusBadge status={item.status} />
            </td>
            <td className="px-3 text-xs text-muted">
              <Outcome item={item} />
            </td>
            <td className="px-3">
              {item.createdByName && (
                <span title={item.createdByName} className="block">
                  <Avatar name={item.createdByName} size={22} />
                  <span className="sr-only">{item.createdByName}</span>
                </span>
              )}
            </td>
            <td className="px-3 text-xs">
              <When item={item} />
            </td>
            <td className="pr-2.5">
              <Actions item={item} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cards({ items }: { items: readonly Import[] }) {
  const { t } = useTranslation('imports')
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id} className="relative border-b border-line-soft px-4 py-3 last:border-0">
          <span className="flex items-center gap-2">
            <span className="min-w-0 flex-1 text-base">
              <FileLink item={item} />
            </span>
            <StatusBadge status={item.status} />
          </span>
          <span className="mt-1 flex items-center gap-1 text-xs text-subtle">
            <TypeIcon type={item.recordType} /> {t(`type.${item.recordType}`)} ·
            {item.createdByName && <span className="truncate">{item.createdByName} ·</span>}
            <When item={item} />
          </span>
          <span className="mt-1.5 flex min-h-7 items-center gap-2 text-xs text-muted">
            <span className="min-w-0 flex-1">
              <Outcome item={item} />
            </span>
            <Actions item={item} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <div aria-busy role="status" aria-label={t('ui.loading')} className="flex flex-col">
      {['w-40', 'w-56', 'w-48'].map((w) => (
        <span key={w} className="flex h-[53px] items-center gap-3 border-b border-line-soft px-4 last:border-0">
          <Skeleton className="size-5" />
          <Skeleton className={`h-3.5 ${w}`} />
          <Skeleton className="ml-auto h-5 w-20" />
        </span>
      ))}
    </div>
  )
}
