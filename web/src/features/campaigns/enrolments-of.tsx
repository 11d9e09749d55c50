import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import { ofContactOptions } from './api'
import { turnEnrolment } from './changes'
import { ConsentsOf } from './consents'
import { TurnMenu } from './enrolment-menu'
import { EnrolmentBadge } from './parts'
import type { Enrolment } from './types'
import { WhyNot } from './why-not'

const EnrolDialog = lazy(() => import('./enrol-dialog'))

type OfProps = { contact: { id: string; name: string }; readOnly: boolean }
/** On the page of a contact: the campaigns they are in, and why nothing goes to them. */
export default function EnrolmentsOf({ contact, readOnly }: OfProps) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const { num } = useFormat()
  const qc = useQueryClient()
  const mayWrite = useCan('campaigns.write') && !readOnly
  const q = useQuery(ofContactOptions(contact.id))
  const [enrolling, setEnrolling] = useState(false)
  const all = q.data?.enrolments ?? []
  return (
    <section aria-label={t('of.title')} className="flex flex-col gap-2">
      <header className="flex h-7 items-center gap-2 px-2">
        <h2 className="text-xs font-medium text-subtle">{t('of.title')}</h2>
        {all.length > 0 && <span className="tabular text-xs text-subtle">{num(all.length)}</span>}
        {mayWrite && (
          <span className="ml-auto">
            <IconButton label={t('of.enrol')} size="icon-xs" onClick={() => setEnrolling(true)}>
              <Plus size={14} />
            </IconButton>
          </span>
        )}
      </header>
      {q.isPending ? (
        <Skeleton className="h-14" />
      ) : q.isError ? (
        <div className="flex items-center gap-2 px-2 text-sm text-muted">
          {t('of.failed')}
          <Button size="xs" onClick={() => void q.refetch()}>
            {tc('action.retry')}
          </Button>
        </div>
      ) : (
        all.length === 0 && <p className="px-2 text-sm text-subtle">{t('of.none')}</p>
      )}
      <ul className="flex flex-col gap-1.5">
        {all.map((e) => (
          <li key={e.id}>
            <Card enrolment={e} onTurn={mayWrite ? (how) => void turnEnrolment(qc, e, how) : null} />
          </li>
        ))}
      </ul>
      {q.data && <WhyNot of={q.data} />}
      <ConsentsOf contact={contact} readOnly={!mayWrite} />
      <Suspense>
        {enrolling && (
          <EnrolDialog
            who={{ ids: [contact.id], name: contact.name }}
            taken={all.flatMap((e) => (e.endedAt === null && e.campaign ? [e.campaign.id] : []))}
            onClose={() => setEnrolling(false)}
          />
        )}
      </Suspense>
    </section>
  )
}

function Card({
  enrolment: e,
  onTurn,
}: {
  enrolment: Enrolment
  onTurn: ((how: 'pause' | 'resume' | 'stop') => void) | null
}) {
  const { t } = useTranslation('campaigns')
  const { dateTime, dayMonth } = useFormat()
  return (
    <div className="flex items-center gap-2 rounded-lg bg-card py-2 pr-1.5 pl-3 shadow-card hover:shadow-card-hover">
      <div className="min-w-0 flex-1">
        {e.campaign ? (
          <Link
            to="/campaigns/$id"
            params={{ id: e.campaign.id }}
            className="block truncate text-sm font-medium hover:underline"
          >
            {e.campaign.name}
          </Link>
        ) : (
          <span className="block truncate text-sm text-subtle">{t('of.hidden')}</span>
        )}
        <div className="mt-1 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-xs text-subtle">
          <EnrolmentBadge enrolment={e} />
          <span className="min-w-0 truncate">
            {e.heldMessage ??
              (e.endedAt
                ? t('of.ended', { at: dayMonth(e.endedAt) })
                : e.dueAt
                  ? t('contacts.next', { at: dateTime(e.dueAt) })
                  : t('of.since', { at: dayMonth(e.enrolledAt) }))}
          </span>
        </div>
      </div>
      {onTurn && e.campaign && <TurnMenu enrolment={e} name={e.campaign.name} onTurn={onTurn} />}
    </div>
  )
}
