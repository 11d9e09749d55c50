import { useQueries, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Combine, Merge, ShieldAlert, Unlink2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { useCommands } from '@/shared/commands/commands'
import { useCan } from '@/shared/session/session'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { PageHeader } from '@/shared/ui/page-header'
import { Skeleton } from '@/shared/ui/skeleton'
import { Switch } from '@/shared/ui/switch'
import { toast } from '@/shared/ui/toast'
import { recordOptions } from './api'
import { Compare } from './compare'
import type { CrmRecord, Kind } from './fields'
import { KINDS, permission } from './kinds'
import { dismiss, merge } from './merge'
import { mayMergeSo } from './merge-limits'
import { type Choice, fitChoice, readIds } from './merge-model'
import type { MergeSearch } from './search-params'
import { useTools } from './use-tools'

/** The records that the address names, side by side. */
export function MergePage({ kind }: { kind: Kind }) {
  const { t } = useTranslation('merge')
  const { t: tc } = useTranslation()
  const mayMerge = useCan(permission(kind, 'merge'))
  const { ids } = useSearch({ strict: false }) as MergeSearch
  const wanted = useMemo(() => readIds(ids), [ids])
  if (!mayMerge)
    return (
      <>
        <PageHeader icon={Merge} title={t('page.title')} />
        <EmptyState
          icon={ShieldAlert}
          tone="gray"
          title={tc('error.forbidden')}
          text={tc('error.forbiddenHint')}
          className="m-auto"
        />
      </>
    )
  return <Page key={`${kind}${ids}`} kind={kind} ids={wanted} />
}

/** What can still be merged: neither in the trash nor merged already, and to be found. */
const usable = (r: CrmRecord) => r.deletedAt === null

function Page({ kind, ids }: { kind: Kind; ids: readonly string[] }) {
  const { t } = useTranslation('merge')
  const { t: tr } = useTranslation('records')
  const tools = useTools()
  const qc = useQueryClient()
  const navigate = useNavigate()
  const [choice, setChoice] = useState<Choice>()
  const [withEqual, setWithEqual] = useState(false)
  const [busy, setBusy] = useState(false)
  const { records, pending, error, retry } = useQueries({
    queries: ids.map((id) => ({ ...recordOptions(kind, id), retry: false })),
    combine: (all) => ({
      records: all.flatMap((q) => (q.data && usable(q.data) ? [q.data] : [])),
      pending: all.some((q) => q.isPending),
      // One that is gone is left out and said; anything else is a failure.
      error: all.find((q) => q.error && !(isApiError(q.error) && [400, 404].includes(q.error.status)))?.error ?? null,
      retry: () => {
        for (const q of all) if (q.isError) void q.refetch()
      },
    }),
  })
  const fitted = useMemo(() => fitChoice(kind, records, choice), [kind, records, choice])
  const enough = mayMergeSo(records.length)
  const target = records.find((r) => r.id === fitted.into)
  const { path, page, texts } = KINDS[kind]
  const submit = async () => {
    if (!enough || busy) return
    setBusy(true)
    const merged = await merge(qc, kind, records, fitted)
    setBusy(false)
    if (merged) void navigate({ to: page, params: { id: merged.record.id }, replace: true })
  }
  const tellApart = async () => {
    const apart = await dismiss(
      qc,
      kind,
      records.map((r) => r.id),
    )
    if (!apart) return
    toast.success(t('dismiss.done'))
    void navigate({ to: `${path}/duplicates`, replace: true })
  }
  usePageCommands(
    enough,
    () => void submit(),
    () => void tellApart(),
  )
  const lead = (
    <Link
      to={path}
      className="-ml-1.5 flex h-7 shrink-0 items-center gap-0.5 rounded-md pr-1.5 text-sm text-muted hover:bg-hover hover:text-fg any-pointer-coarse:h-10"
    >
      <ChevronLeft size={16} aria-hidden />
      <span className="max-sm:sr-only">{tr(`${texts}.title`)}</span>
    </Link>
  )
  return (
    <>
      <PageHeader
        lead={lead}
        title={t('page.title')}
        tab={t('page.title')}
        count={enough ? tools.fmt.num(records.length) : undefined}
      />
      {pending ? (
        <CompareSkeleton columns={Math.max(2, Math.min(4, ids.length))} />
      ) : error ? (
        <ErrorState error={error} onRetry={retry} className="m-auto" />
      ) : !enough || !target ? (
        <EmptyState
          icon={Combine}
          tone="gray"
          title={t('page.tooFew')}
          text={t('page.tooFewHint')}
          className="m-auto"
          actions={
            <>
              <Link to={`${path}/duplicates`} className={buttonCls('primary', 'md')}>
                {t('find')}
              </Link>
              <Link to={path} className={buttonCls('secondary', 'md')}>
                {tr(`${texts}.toList`)}
              </Link>
            </>
          }
        />
      ) : (
        <>
          <section
            aria-label={t('page.title')}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain bg-sunken p-4 outline-offset-[-2px] max-md:p-2.5"
          >
            <div className="mx-auto flex max-w-[1320px] flex-col gap-3">
              {records.length < ids.length && (
                <Notice kind="warning" role="status">
                  {t('page.left', { count: ids.length - records.length })}
                </Notice>
              )}
              <div className="overflow-hidden rounded-xl bg-card shadow-card">
                <Compare
                  kind={kind}
                  records={records}
                  choice={fitted}
                  onChoice={setChoice}
                  tools={tools}
                  withEqual={withEqual}
                />
              </div>
            </div>
          </section>
          <footer className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-2.5 max-md:px-3">
            <p className="min-w-0 flex-1 basis-64 text-sm text-muted">{t('page.what', { name: target.name })}</p>
            <label htmlFor="with-equal" className="flex items-center gap-2 text-sm text-muted">
              <Switch id="with-equal" checked={withEqual} onCheckedChange={setWithEqual} />
              {t('compare.equalFields')}
            </label>
            <span className="flex items-center gap-2 max-sm:w-full max-sm:[&>*]:flex-1">
              <Button size="md" onClick={() => void tellApart()} className="any-pointer-coarse:h-10!">
                {t('dismiss.action')}
              </Button>
              <Button
                size="md"
                variant="primary"
                busy={busy}
                onClick={() => void submit()}
                className="any-pointer-coarse:h-10!"
              >
                <Merge size={15} aria-hidden />
                {t('page.submit', { count: records.length })}
              </Button>
            </span>
          </footer>
        </>
      )}
    </>
  )
}

function usePageCommands(on: boolean, submit: () => void, apart: () => void) {
  const { t } = useTranslation('merge')
  const now = useRef({ submit, apart })
  now.current = { submit, apart }
  const commands = useMemo(
    () =>
      on
        ? [
            {
              id: 'merge.submit',
              label: t('merge'),
              icon: Merge,
              action: 'merge' as const,
              run: () => now.current.submit(),
            },
            {
              id: 'merge.apart',
              label: t('dismiss.action'),
              icon: Unlink2,
              action: 'apart' as const,
              run: () => now.current.apart(),
            },
          ]
        : [],
    [on, t],
  )
  useCommands(commands)
}

function CompareSkeleton({ columns }: { columns: number }) {
  const { t } = useTranslation()
  const cells = Array.from({ length: columns }, (_, i) => i)
  const style = { gridTemplateColumns: `160px repeat(${columns}, minmax(0, 1fr))` }
  return (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className="min-h-0 flex-1 overflow-hidden bg-sunken p-4 max-md:p-2.5"
    >
      <div className="mx-auto max-w-[1320px] rounded-xl bg-card p-2 shadow-card">
        <div className="grid gap-1" style={style}>
          <span />
          {cells.map((i) => (
            <div key={i} className="flex h-21 items-center gap-2.5 px-2.5">
              <Skeleton className="size-8 shrink-0 rounded-full" />
              <Skeleton className="h-3.5 w-3/5" />
            </div>
          ))}
        </div>
        {['w-1/2', 'w-2/3', 'w-2/5', 'w-3/5', 'w-1/2', 'w-1/3'].map((w, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else
          <div key={row} className="grid h-9 items-center gap-1" style={style}>
            <Skeleton className="h-3 w-16" />
            {cells.map((i) => (
              <Skeleton key={i} className={`ml-2.5 h-3 ${w}`} />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
