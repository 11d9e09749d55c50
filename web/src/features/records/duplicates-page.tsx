import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronLeft, CircleCheck, Combine, Merge, Unlink2, X } from 'lucide-react'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, mayTakeKey, useCommands } from '@/shared/commands/commands'
import { isKey, useKey } from '@/shared/commands/keys'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { can, useCan, useMaybeSession } from '@/shared/session/session'
import { announce } from '@/shared/ui/announcer'
import { Badge } from '@/shared/ui/badge'
import { Button, buttonCls } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Kbd } from '@/shared/ui/kbd'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { Skeleton } from '@/shared/ui/skeleton'
import { tabCls } from '@/shared/ui/tab-look'
import { toast } from '@/shared/ui/toast'
import { useToastLift } from '@/shared/ui/use-toast-lift'
import type { Tools } from './cells'
import { Compare } from './compare'
import type { Kind } from './fields'
import { KINDS, permission } from './kinds'
import { ListState } from './list-states'
import { dismiss, merge } from './merge'
import { type DuplicateGroup, groupsOptions } from './merge-api'
import { mergeMany } from './merge-many'
import { type Choice, fitChoice, rowsOf } from './merge-model'
import { useTools } from './use-tools'

/** Records that may be the same, one card to the group: merged, or told apart. */
export function DuplicatesPage({ kind }: { kind: Kind }) {
  const mayRead = useCan(permission(kind, 'read'))
  return mayRead ? <Page key={kind} kind={kind} /> : <ListState kind={kind} state="forbidden" />
}

function Page({ kind }: { kind: Kind }) {
  const { t } = useTranslation('merge')
  const { t: tr } = useTranslation('records')
  const { path, texts } = KINDS[kind]
  const q = useInfiniteQuery(groupsOptions(kind))
  const groups = useMemo(() => q.data?.pages.flatMap((p) => p.items) ?? [], [q.data])
  // Merged records may look like others: when all is done, it is asked once more.
  const { isFetching, isStale, refetch } = q
  const done = q.data !== undefined && groups.length === 0 && !q.hasNextPage
  useEffect(() => {
    if (done && isStale && !isFetching) void refetch()
  }, [done, isStale, isFetching, refetch])
  return (
    <>
      <PageHeader
        lead={
          <Link
            to={path}
            className="-ml-1.5 flex h-7 shrink-0 items-center gap-0.5 rounded-md pr-1.5 text-sm text-muted hover:bg-hover hover:text-fg any-pointer-coarse:h-10"
          >
            <ChevronLeft size={16} aria-hidden />
            <span className="max-sm:sr-only">{tr(`${texts}.title`)}</span>
          </Link>
        }
        title={t('title')}
        tab={`${t('title')}: ${tr(`${texts}.title`)}`}
        count={groups.length > 0 ? `${groups.length}${q.hasNextPage ? '+' : ''}` : undefined}
      />
      <Kinds />
      <RefreshBar active={q.isFetching && !q.isPending && !q.isFetchingNextPage} label={tr('list.refreshing')} />
      {q.isPending ? (
        <GroupsSkeleton />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} className="m-auto" />
      ) : groups.length === 0 && !q.hasNextPage ? (
        <EmptyState
          icon={CircleCheck}
          tone="green"
          title={t('empty.title')}
          text={t('empty.text')}
          className="m-auto"
          actions={
            <Link to={path} className={buttonCls('secondary', 'md')}>
              {tr(`${texts}.toList`)}
            </Link>
          }
        />
      ) : (
        <Groups
          kind={kind}
          groups={groups}
          more={
            q.hasNextPage
              ? { busy: q.isFetchingNextPage, failed: q.isFetchNextPageError, fetch: () => void q.fetchNextPage() }
              : null
          }
        />
      )}
    </>
  )
}

/** Contacts and companies are looked through one after the other. */
function Kinds() {
  const { t } = useTranslation('records')
  const { t: tm } = useTranslation('merge')
  const session = useMaybeSession()
  const kinds = (['contact', 'company'] as const).filter((k) => can(session, permission(k, 'read')))
  return (
    <nav
      aria-label={tm('title')}
      className="no-scrollbar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2.5"
    >
      {kinds.map((k) => (
        <Link key={k} to={`${KINDS[k].path}/duplicates`} className={tabCls} activeProps={{ 'data-active': '' }}>
          {t(`${KINDS[k].texts}.title`)}
        </Link>
      ))}
    </nav>
  )
}

type More = { busy: boolean; failed: boolean; fetch: () => void }
type Choices = Readonly<Record<string, Choice>>
const none: ReadonlySet<string> = new Set()
function Groups({ kind, groups, more }: { kind: Kind; groups: readonly DuplicateGroup[]; more: More | null }) {
  const { t } = useTranslation('merge')
  const tools = useTools()
  const qc = useQueryClient()
  const phone = useMediaQuery('(max-width: 767px)')
  const mayMerge = useCan(permission(kind, 'merge'))
  const [choices, setChoices] = useState<Choices>({})
  const [chosen, setChosen] = useState(none)
  const [active, setActive] = useState(-1)
  const at = Math.min(active, groups.length - 1)
  const picked = groups.filter((g) => chosen.has(g.id))
  useToastLift(picked.length > 0 ? 60 : 0)

  const onChoice = useCallback((id: string, choice: Choice) => setChoices((c) => ({ ...c, [id]: choice })), [])
  const onSelect = useCallback((id: string, on: boolean) => {
    setChosen((s) => {
      const next = new Set(s)
      if (on) next.add(id)
      else next.delete(id)
      return next
    })
  }, [])
  const choiceOf = (g: DuplicateGroup) => fitChoice(kind, g.records, choices[g.id])
  /** The next card comes to the place of the one that goes. */
  const stay = () => requestAnimationFrame(() => focusCard(groups[at + 1]?.id ?? groups[at - 1]?.id))
  const mergeOne = (g: DuplicateGroup) => {
    if (at >= 0) stay()
    void merge(qc, kind, g.records, choiceOf(g))
  }
  const tellApart = (g: DuplicateGroup) => {
    if (at >= 0) stay()
    void dismiss(qc, kind, idsOf(g)).then((ok) => ok && toast.success(t('dismiss.done')))
  }
  // Cards are memoised: what their buttons do must not change with every choice on another card.
  const now = useRef({ mergeOne, tellApart })
  now.current = { mergeOne, tellApart }
  const onMerge = useCallback((g: DuplicateGroup) => now.current.mergeOne(g), [])
  const onDismiss = useCallback((g: DuplicateGroup) => now.current.tellApart(g), [])
  const mergePicked = () => {
    setChosen(none)
    void mergeMany(
      qc,
      kind,
      picked.map((g) => ({ records: g.records, choice: choiceOf(g) })),
    )
  }
  const dismissPicked = async () => {
    setChosen(none)
    const done = await Promise.all(picked.map((g) => dismiss(qc, kind, idsOf(g))))
    const count = done.filter(Boolean).length
    if (count > 0) toast.success(t('dismiss.doneMany', { count }))
  }
  const here = at >= 0 ? groups[at] : undefined
  const go = (to: number) => {
    const next = Math.max(0, Math.min(groups.length - 1, to))
    setActive(next)
    focusCard(groups[next]?.id)
  }
  useGroupKeys(mayMerge, {
    next: () => go(at + 1),
    previous: () => go(at - 1),
    merge: () => (here ? mergeOne(here) : go(0)),
    dismiss: () => (here ? tellApart(here) : go(0)),
    select: () => (here ? onSelect(here.id, !chosen.has(here.id)) : go(0)),
    keep: (nth) => {
      const record = here?.records[nth]
      if (!here || !record) return
      onChoice(here.id, { ...choiceOf(here), into: record.id })
      announce(t('compare.staysNow', { name: record.name }))
    },
  })
  return (
    <div className="relative flex min-h-0 flex-1 flex-col bg-sunken">
      <section
        aria-label={t('title')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <ul className="mx-auto flex max-w-[1120px] flex-col gap-4 p-4 pb-24 max-md:gap-3 max-md:p-2.5 max-md:pb-24">
          {groups.map((g, i) => (
            <GroupCard
              key={g.id}
              kind={kind}
              group={g}
              choice={choices[g.id]}
              tools={tools}
              index={i}
              selected={chosen.has(g.id)}
              mayMerge={mayMerge}
              onChoice={onChoice}
              onSelect={onSelect}
              onActive={setActive}
              onMerge={onMerge}
              onDismiss={onDismiss}
            />
          ))}
          {more && <NextGroups more={more} />}
        </ul>
      </section>
      {mayMerge && !phone && <KeyHints />}
      {picked.length > 0 && (
        <div
          role="toolbar"
          aria-label={t('bulk.label')}
          className="absolute bottom-12 left-1/2 z-20 flex w-max max-w-[calc(100%-16px)] -translate-x-1/2 flex-wrap items-center gap-1 rounded-xl bg-inverse p-1.5 whitespace-nowrap text-inverse-fg shadow-pop max-md:bottom-3"
        >
          <span className="tabular flex items-center gap-1 py-1 pr-1 pl-2.5 text-xs font-medium">
            <span role="status">{t('bulk.count', { count: picked.length })}</span>
            <button
              type="button"
              aria-label={t('bulk.clear')}
              onClick={() => setChosen(none)}
              className="grid size-6 place-items-center rounded-sm text-inverse-muted hover:bg-inverse-line"
            >
              <X size={13} />
            </button>
          </span>
          <span className="mx-1 h-5 w-px bg-inverse-line" />
          <Button variant="inverse" onClick={mergePicked}>
            <Merge size={14} aria-hidden />
            {t('merge')}
          </Button>
          <Button variant="inverse" onClick={() => void dismissPicked()}>
            <Unlink2 size={14} aria-hidden />
            {t('dismiss.action')}
          </Button>
        </div>
      )}
    </div>
  )
}
const idsOf = (g: DuplicateGroup) => g.records.map((r) => r.id)
const cardId = (id: string) => `group-${id}`
function focusCard(id: string | undefined) {
  const card = id ? document.getElementById(cardId(id)) : null
  card?.focus({ preventScroll: true })
  card?.scrollIntoView({ block: 'nearest', behavior: 'auto' })
}

type CardProps = {
  kind: Kind
  group: DuplicateGroup
  choice: Choice | undefined
  tools: Tools
  index: number
  selected: boolean
  mayMerge: boolean
  onChoice: (id: string, choice: Choice) => void
  onSelect: (id: string, on: boolean) => void
  onActive: (index: number) => void
  onMerge: (group: DuplicateGroup) => void
  onDismiss: (group: DuplicateGroup) => void
}
const GroupCard = memo(function GroupCard(p: CardProps) {
  const { kind, group, tools, selected, mayMerge } = p
  const { t } = useTranslation('merge')
  const [withEqual, setWithEqual] = useState(false)
  const { records } = group
  const choice = useMemo(() => fitChoice(kind, records, p.choice), [kind, records, p.choice])
  const equal = useMemo(() => rowsOf(kind, records).filter((r) => r.state === 'same').length, [kind, records])
  const name = records.find((r) => r.id === choice.into)?.name ?? ''
  return (
    <li
      id={cardId(group.id)}
      tabIndex={-1}
      aria-label={t('group', { name, count: records.length })}
      onFocus={() => p.onActive(p.index)}
      className={cn(
        'overflow-hidden rounded-xl bg-card shadow-card outline-none [contain-intrinsic-size:auto_320px] [content-visibility:auto] focus-visible:shadow-[0_0_0_2px_var(--accent)]',
        selected && 'shadow-[0_0_0_1.5px_var(--accent-line)]',
      )}
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-2">
        {mayMerge && (
          <Checkbox
            aria-label={t('select', { name })}
            checked={selected}
            onCheckedChange={(on) => p.onSelect(group.id, on)}
            className="mr-0!"
          />
        )}
        <h2 className="tabular text-sm font-semibold">{t('count', { count: records.length })}</h2>
        <ul aria-label={t('because')} className="flex flex-wrap gap-1">
          {group.matchedOn.map((m) => (
            <li key={m} className="flex">
              <Badge tone={m === 'name' ? 'gray' : 'amber'}>{tools.t(`duplicates.on.${m}`)}</Badge>
            </li>
          ))}
        </ul>
        {mayMerge && (
          <span className="ml-auto flex items-center gap-2">
            <Button onClick={() => p.onDismiss(group)} className="any-pointer-coarse:h-9!">
              {t('dismiss.action')}
            </Button>
            <Button variant="primary" onClick={() => p.onMerge(group)} className="any-pointer-coarse:h-9!">
              <Merge size={14} aria-hidden />
              {t('merge')}
            </Button>
          </span>
        )}
      </header>
      <Compare
        kind={kind}
        records={records}
        choice={choice}
        onChoice={(c) => p.onChoice(group.id, c)}
        tools={tools}
        withEqual={withEqual}
      />
      {equal > 0 && (
        <div className="px-2 pb-2">
          <Button variant="ghost" aria-expanded={withEqual} onClick={() => setWithEqual(!withEqual)}>
            <ChevronDown size={14} aria-hidden className={cn('transition-transform', withEqual && 'rotate-180')} />
            {t(withEqual ? 'compare.hideEqual' : 'compare.showEqual', { count: equal })}
          </Button>
        </div>
      )}
    </li>
  )
})

/** The next page is asked for when its place comes near. */
function NextGroups({ more }: { more: More }) {
  const { t } = useTranslation('records')
  const [el, setEl] = useState<HTMLElement | null>(null)
  const fetch = useRef(more.fetch)
  fetch.current = more.fetch
  const wanted = !more.busy && !more.failed
  useEffect(() => {
    if (!el || !wanted) return
    const watch = new IntersectionObserver(([e]) => e?.isIntersecting && fetch.current(), { rootMargin: '800px' })
    watch.observe(el)
    return () => watch.disconnect()
  }, [el, wanted])
  return (
    <li ref={setEl}>
      {more.failed ? (
        <span className="flex items-center justify-center gap-3 p-4 text-sm text-muted">
          {t('list.moreFailed')}
          <Button onClick={more.fetch}>{t('list.retry')}</Button>
        </span>
      ) : (
        <CardSkeleton />
      )}
    </li>
  )
}

type GroupKeys = Record<'next' | 'previous' | 'merge' | 'dismiss' | 'select', () => void> & {
  keep: (nth: number) => void
}
function useGroupKeys(mayMerge: boolean, keys: GroupKeys) {
  const { t } = useTranslation('merge')
  const { t: tr } = useTranslation('records')
  const now = useRef(keys)
  now.current = keys
  const commands = useMemo<Command[]>(
    () => [
      { id: 'groups.next', label: tr('next'), icon: Combine, action: 'next', run: () => now.current.next() },
      {
        id: 'groups.previous',
        label: tr('previous'),
        icon: Combine,
        action: 'previous',
        run: () => now.current.previous(),
      },
      ...(mayMerge
        ? [
            {
              id: 'groups.merge',
              label: t('merge'),
              icon: Merge,
              action: 'merge' as const,
              run: () => now.current.merge(),
            },
            {
              id: 'groups.apart',
              label: t('dismiss.action'),
              icon: Unlink2,
              action: 'apart' as const,
              run: () => now.current.dismiss(),
            },
            {
              id: 'groups.select',
              label: t('selectGroup'),
              icon: CircleCheck,
              action: 'select' as const,
              run: () => now.current.select(),
            },
          ]
        : []),
    ],
    [t, tr, mayMerge],
  )
  useCommands(commands)
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!mayMerge || !mayTakeKey(e)) return
      const nth = [1, 2, 3, 4, 5, 6, 7, 8, 9].findIndex((n) => isKey(e, String(n)))
      if (nth < 0) return
      e.preventDefault()
      now.current.keep(nth)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [mayMerge])
}
function KeyHints() {
  const { t } = useTranslation('merge')
  const hints = [
    [[useKey('next'), useKey('previous')].filter(Boolean).join(' '), 'move'],
    ['1–9', 'keep'],
    [useKey('merge'), 'merge'],
    [useKey('apart'), 'apart'],
    [useKey('select'), 'select'],
  ] as const
  return (
    <footer
      aria-hidden
      className="flex h-9 shrink-0 items-center justify-end gap-4 border-t border-line bg-sunken px-4 text-xs text-subtle any-pointer-coarse:hidden"
    >
      {hints.map(([key, what]) => (
        <span key={what} className="flex items-center gap-1.5">
          {key && <Kbd>{key}</Kbd>}
          {t(`keys.${what}`)}
        </span>
      ))}
    </footer>
  )
}

const CardSkeleton = () => (
  <div className="overflow-hidden rounded-xl bg-card shadow-card">
    <div className="flex h-12 items-center gap-3 border-b border-line px-3">
      <Skeleton className="h-3.5 w-20" />
      <Skeleton className="h-5 w-24" />
      <Skeleton className="ml-auto h-7 w-28" />
      <Skeleton className="h-7 w-20" />
    </div>
    <div className="grid gap-1 p-2 md:grid-cols-[160px_1fr_1fr]">
      <Skeleton className="h-3 w-16 self-center max-md:hidden" />
      {['left', 'right'].map((side) => (
        <div key={side} className="flex h-19 items-center gap-2.5 px-2.5">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex flex-col gap-2">
            <Skeleton className="h-3.5 w-36" />
            <Skeleton className="h-3 w-24" />
          </div>
        </div>
      ))}
    </div>
    {['w-32', 'w-40', 'w-24'].map((w) => (
      <div key={w} className="grid h-8 items-center gap-1 px-2 md:grid-cols-[160px_1fr_1fr]">
        <Skeleton className="h-3 w-16" />
        <Skeleton className={`ml-2.5 h-3 max-md:hidden ${w}`} />
        <Skeleton className={`ml-2.5 h-3 max-md:hidden ${w}`} />
      </div>
    ))}
    <div className="h-3" />
  </div>
)
function GroupsSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="min-h-0 flex-1 overflow-hidden bg-sunken">
      <div className="mx-auto flex max-w-[1120px] flex-col gap-4 p-4 max-md:gap-3 max-md:p-2.5">
        <CardSkeleton />
        <CardSkeleton />
        <CardSkeleton />
      </div>
    </div>
  )
}
