import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { History, SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { findMembers } from '@/shared/fields/find'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { type Activity, activityOptions, looksOn, pageOf } from './activity'
import { ActivitySkeleton } from './activity-skeleton'
import { teamsOptions } from './api'
import type { TeamSearch } from './search-params'
import { useActivityNames } from './use-activity-names'

type TabProps = { search: TeamSearch; onSearch: (search: TeamSearch) => void }
/** What members did, the latest first. */
export default function ActivityTab({ search, onSearch }: TabProps) {
  const { t } = useTranslation('team')
  const { member, team } = search
  const q = useInfiniteQuery(activityOptions({ ...(member && { member }), ...(team && { team }) }))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = q
  const looking = !!q.data && hasNextPage && looksOn(q.data.pages)
  useEffect(() => {
    if (looking && !isFetchingNextPage) void fetchNextPage()
  }, [looking, isFetchingNextPage, fetchNextPage])
  const all = q.data?.pages.flatMap((p) => p.items)
  const clear = () => onSearch({ tab: 'activity' })
  return (
    <>
      <RefreshBar active={q.isRefetching && !isFetchingNextPage} label={t('activity.list')} />
      <Filters search={search} onSearch={onSearch} onClear={clear} />
      <ScrollRegion label={t('activity.list')}>
        {all && all.length > 0 ? (
          <>
            <ol aria-label={t('activity.list')}>
              {all.map((a) => (
                <Line key={a.number} activity={a} />
              ))}
            </ol>
            {hasNextPage ? (
              <div className="p-3 text-center">
                <Button size="md" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('more')}
                </Button>
              </div>
            ) : (
              <p className="p-3 text-center text-xs text-subtle">{t('activity.end')}</p>
            )}
          </>
        ) : all && !looking ? (
          <Nothing
            filtered={!!(member || team)}
            onClear={clear}
            onMore={hasNextPage ? () => void fetchNextPage() : null}
            busy={isFetchingNextPage}
          />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : (
          <ActivitySkeleton />
        )}
      </ScrollRegion>
    </>
  )
}

type FiltersProps = TabProps & { onClear: () => void }
function Filters({ search, onSearch, onClear }: FiltersProps) {
  const { t } = useTranslation('team')
  const teams = useQuery(teamsOptions())
  const { member, who, team } = search
  const all = (teams.data ?? []).map((x) => ({ value: x.id, label: x.name }))
  const set = (change: Partial<TeamSearch>) => onSearch({ ...search, ...change })
  return (
    <search className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b border-line px-2.5 py-1.5">
      <div className="w-52 max-sm:w-full">
        <Combobox
          aria-label={t('activity.member')}
          placeholder={t('activity.anybody')}
          value={member ? { value: member, label: who ?? member } : null}
          onValueChange={(o) => set({ member: o?.value, who: o?.label })}
          load={findMembers}
        />
      </div>
      <div className="w-52 max-sm:w-full">
        <Combobox
          aria-label={t('activity.team')}
          placeholder={t('activity.anyTeam')}
          value={team ? (all.find((o) => o.value === team) ?? { value: team, label: '…' }) : null}
          onValueChange={(o) => set({ team: o?.value })}
          options={all}
        />
      </div>
      {(member || team) && (
        <Button size="md" variant="ghost" onClick={onClear}>
          {t('activity.clear')}
        </Button>
      )}
    </search>
  )
}

function Line({ activity: a }: { activity: Activity }) {
  const { t } = useTranslation('team')
  const { dateTime } = useFormat()
  const names = useActivityNames()
  const who = a.actor.name ?? t('activity.former')
  const page = a.record && pageOf(a.record)
  const more = a.count > 1 ? t('activity.more', { count: a.count - 1 }) : ''
  const fields = names.fields(a)
  return (
    <li className="flex items-start gap-3 border-b border-line-soft px-4 py-2.5">
      <Avatar name={who} size={28} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <p className="text-sm text-pretty">
          <span className="font-medium">{who}</span> <span className="text-muted">{names.action(a.action)}</span>
        </p>
        {a.record && (a.record.name || more) && (
          <p className="flex min-w-0 flex-wrap gap-x-1.5 text-sm">
            {page ? (
              <Link {...page} className="min-w-0 truncate text-accent-text hover:underline">
                {a.record.name}
              </Link>
            ) : (
              <span className="min-w-0 truncate">{a.record.name}</span>
            )}
            {more && <span className="tabular text-subtle">{more}</span>}
          </p>
        )}
        {fields && <p className="truncate text-xs text-subtle">{fields}</p>}
        <time dateTime={a.at} className="tabular text-xs text-subtle md:hidden">
          {dateTime(a.at)}
        </time>
      </div>
      <time dateTime={a.at} className="tabular shrink-0 pt-0.5 text-xs text-subtle max-md:hidden">
        {dateTime(a.at)}
      </time>
    </li>
  )
}

type NothingProps = { filtered: boolean; onClear: () => void; onMore: (() => void) | null; busy: boolean }
function Nothing({ filtered, onClear, onMore, busy }: NothingProps) {
  const { t } = useTranslation('team')
  return (
    <EmptyState
      icon={filtered ? SearchX : History}
      tone={filtered ? 'gray' : 'blue'}
      title={t(filtered ? 'activity.nothing' : 'activity.empty')}
      text={t(filtered ? 'activity.nothingText' : 'activity.emptyText')}
      actions={
        <>
          {onMore && (
            <Button size="md" busy={busy} onClick={onMore}>
              {t('activity.further')}
            </Button>
          )}
          {filtered && (
            <Button size="md" onClick={onClear}>
              {t('activity.clear')}
            </Button>
          )}
        </>
      }
    />
  )
}
