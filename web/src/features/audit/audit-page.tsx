import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Download, RefreshCw, ScrollText, SearchX, ShieldCheck } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { downloadConfirmed } from '@/shared/session/confirmed'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { RefreshBar } from '@/shared/ui/progress'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import { auditOptions, EXPORT, verify } from './api'
import { Lines, LinesSkeleton } from './lines'
import { type AuditSearch, auditSearch, isFiltered, queryOf } from './model'
import { Verified } from './verified'

const Filters = lazy(() => import('./filters'))
const LineDrawer = lazy(() => import('./line-drawer'))

type PageProps = {
  search: Record<string, unknown>
  onSearch: (search: Record<string, unknown>, how?: { replace?: boolean }) => void
}
/** Who did what, when and from where. */
export function AuditPage({ search: raw, onSearch }: PageProps) {
  const { t } = useTranslation('audit')
  const all = useCan('audit.read')
  const mayExport = useCan('audit.export')
  const search = auditSearch(raw)
  const [now, setNow] = useState(() => Date.now())
  const { line: open, ...filter } = search
  const key = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says when the filter is another
  const query = useMemo(() => queryOf(filter, now), [key, now])
  const q = useInfiniteQuery(auditOptions(query))
  const check = useMutation({ mutationFn: verify, onError: (e) => toast.error(t('verify'), e) })
  const lines = useMemo(() => q.data?.pages.flatMap((p) => p.items), [q.data])
  const set = (change: Partial<AuditSearch>) => onSearch({ ...search, line: undefined, ...change }, { replace: true })
  const clear = () => onSearch({}, { replace: true })
  const shown = open !== undefined ? lines?.find((l) => l.number === open) : undefined
  return (
    <>
      {check.data && <Verified verdict={check.data} />}
      <Section
        title={t('title')}
        text={t('text')}
        flush
        actions={
          <div className="flex flex-wrap gap-2">
            <IconButton
              label={t('refresh')}
              variant="secondary"
              onClick={() => {
                setNow(Date.now())
                void q.refetch()
              }}
            >
              <RefreshCw size={14} />
            </IconButton>
            {all && (
              <Button size="md" busy={check.isPending} onClick={() => check.mutate()}>
                <ShieldCheck size={15} aria-hidden />
                {t('verify')}
              </Button>
            )}
            {mayExport && (
              <Button size="md" onClick={() => void downloadConfirmed(EXPORT, query)}>
                <Download size={15} aria-hidden />
                {t('export')}
              </Button>
            )}
          </div>
        }
      >
        {!all && <Notice className="mx-4 mb-3 md:mx-5">{t('own')}</Notice>}
        <Suspense fallback={<div aria-busy className="mx-4 mb-3 h-8 md:mx-5" />}>
          <Filters search={search} lines={lines ?? []} all={all} onSet={set} onClear={clear} />
        </Suspense>
        <div className="relative border-t border-line">
          <RefreshBar active={q.isRefetching} label={t('list')} />
          {lines && lines.length > 0 ? (
            <Lines
              lines={lines}
              more={q.hasNextPage}
              onOpen={(line) => onSearch({ ...search, line: line.number }, { replace: true })}
              onEnd={() => q.hasNextPage && !q.isFetchingNextPage && void q.fetchNextPage()}
            />
          ) : lines ? (
            isFiltered(search) ? (
              <EmptyState
                icon={SearchX}
                tone="gray"
                title={t('nothing')}
                text={t('nothingText')}
                actions={
                  <Button size="md" onClick={clear}>
                    {t('filter.clear')}
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={ScrollText} title={t('empty')} text={t('emptyText')} />
            )
          ) : q.error ? (
            <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
          ) : (
            <LinesSkeleton />
          )}
        </div>
      </Section>
      <Suspense>
        {shown && (
          <LineDrawer
            line={shown}
            onFilter={(change) => set(change)}
            onClose={() => onSearch({ ...search, line: undefined }, { replace: true })}
          />
        )}
      </Suspense>
    </>
  )
}
