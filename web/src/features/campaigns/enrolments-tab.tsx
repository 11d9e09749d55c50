import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { UsersRound, X } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { enrolmentsOptions } from './api'
import { turnEnrolment } from './changes'
import { TurnMenu } from './enrolment-menu'
import { CAUSES } from './model'
import type { Search } from './page-parts'
import { EnrolmentBadge } from './parts'
import { type CampaignSearch, ENROLMENT_STATES } from './search-params'
import { liveSteps } from './steps-model'
import type { Campaign, Enrolment } from './types'

const ALL = 'all'
type TabProps = { campaign: Campaign } & Search
/** Each contact: where it stands, and why nothing goes to it. */
export default function EnrolmentsTab({ campaign: c, search, onSearch }: TabProps) {
  const { t } = useTranslation('campaigns')
  const qc = useQueryClient()
  const mayWrite = useCan('campaigns.write')
  const query = {
    state: search.state,
    cause: search.cause,
    stepId: search.step,
    accountId: search.account,
  }
  const q = useInfiniteQuery(enrolmentsOptions(c.id, query))
  const all = q.data?.pages.flatMap((p) => p.items) ?? []
  const filtered = Object.values(query).some(Boolean)
  const steps = liveSteps(c.steps)
  return (
    <section aria-label={t('tab.contacts')} className="overflow-hidden rounded-lg bg-card shadow-card">
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
        <Filters search={search} onSearch={onSearch} />
        {filtered && (
          <Button size="md" variant="ghost" onClick={() => onSearch({ tab: 'contacts' })}>
            <X size={14} aria-hidden />
            {t('showAll')}
          </Button>
        )}
      </div>
      {q.isPending ? (
        <Rows />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : all.length === 0 ? (
        <EmptyState
          icon={UsersRound}
          tone="gray"
          title={t(filtered ? 'contacts.noneSuch' : 'contacts.none')}
          text={filtered ? undefined : t('contacts.noneText')}
        />
      ) : (
        <ul aria-label={t('tab.contacts')}>
          {all.map((e) => (
            <EnrolmentRow
              key={e.id}
              enrolment={e}
              step={steps.findIndex((s) => s.id === e.stepId) + 1}
              onTurn={mayWrite ? (how) => void turnEnrolment(qc, e, how) : null}
            />
          ))}
        </ul>
      )}
      {q.hasNextPage && (
        <div className="flex justify-center border-t border-line py-3">
          <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </section>
  )
}

function Filters({ search, onSearch }: Search) {
  const { t } = useTranslation('campaigns')
  const set = (patch: CampaignSearch) => onSearch({ ...search, ...patch }, true)
  return (
    <>
      <Select
        aria-label={t('contacts.state')}
        options={[
          { value: ALL, label: t('contacts.anyState') },
          ...ENROLMENT_STATES.map((value) => ({ value, label: t(`enrolment.${value}`) })),
        ]}
        value={search.state ?? ALL}
        onValueChange={(v) => set({ state: ENROLMENT_STATES.find((s) => s === v), cause: undefined })}
        className="w-44!"
      />
      <Select
        aria-label={t('contacts.cause')}
        options={[
          { value: ALL, label: t('contacts.anyCause') },
          ...CAUSES.map((value) => ({ value, label: t(`cause.${value}`) })),
        ]}
        value={search.cause ?? ALL}
        onValueChange={(v) => set({ cause: CAUSES.find((x) => x === v), state: undefined })}
        className="w-44!"
      />
    </>
  )
}

type RowProps = { enrolment: Enrolment; step: number; onTurn: ((how: 'pause' | 'resume' | 'stop') => void) | null }
const EnrolmentRow = memo(function EnrolmentRow({ enrolment: e, step, onTurn }: RowProps) {
  const { t } = useTranslation('campaigns')
  const { ago, dateTime } = useFormat()
  const name = e.contact?.name ?? t('contacts.gone')
  const when = e.endedAt ?? e.dueAt
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 hover:bg-row-hover">
      <Avatar name={name} size={28} />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          {e.contact ? (
            <Link
              to="/contacts/$id"
              params={{ id: e.contact.id }}
              className="min-w-0 truncate text-sm font-medium hover:underline"
            >
              {name}
            </Link>
          ) : (
            <span className="truncate text-sm text-subtle">{name}</span>
          )}
          <EnrolmentBadge enrolment={e} />
        </div>
        <p className="mt-0.5 truncate text-xs text-subtle">
          {e.heldMessage ? (
            <span data-tone="amber" className="text-tone-fg">
              {e.heldMessage}
            </span>
          ) : (
            [
              step > 0 ? t('contacts.after', { n: step }) : t('contacts.begins'),
              e.dueAt && !e.endedAt && t('contacts.next', { at: dateTime(e.dueAt) }),
            ]
              .filter(Boolean)
              .join(' · ')
          )}
        </p>
      </div>
      {when && (
        <time dateTime={when} title={dateTime(when)} className="tabular shrink-0 text-xs text-subtle max-sm:hidden">
          {ago(when)}
        </time>
      )}
      {onTurn && <TurnMenu enrolment={e} name={name} onTurn={onTurn} />}
    </li>
  )
})

function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['w-40', 'w-32', 'w-44', 'w-36', 'w-40'].map((w, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
        <div key={i} className="flex min-h-14 items-center gap-3 border-b border-line-soft px-4 last:border-0">
          <Skeleton className="size-7 rounded-full!" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-28" />
          </div>
        </div>
      ))}
    </div>
  )
}
