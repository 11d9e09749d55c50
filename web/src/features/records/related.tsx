import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Plus } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import { contactsOfCompany } from './api'
import type { CrmRecord, Kind } from './fields'

const CreateDialog = lazy(() => import('./create-dialog'))
const SHOWN = 20

/** Of a company its people; of a contact the company and the others who work there. */
export function Related({ kind, record, readOnly }: { kind: Kind; record: CrmRecord; readOnly: boolean }) {
  const { t } = useTranslation('records')
  if (kind === 'company') return <People company={record} readOnly={readOnly} />
  if (!record.companyId || !record.companyName)
    return <p className="px-2 text-sm text-subtle">{t('related.noCompany')}</p>
  return (
    <div className="flex flex-col gap-5">
      <Block title={t('field.companyId')}>
        <Link
          to="/companies/$id"
          params={{ id: record.companyId }}
          className="flex items-center gap-2.5 rounded-lg bg-card p-2.5 shadow-card hover:shadow-card-hover"
        >
          <CompanyLogo name={record.companyName} size={28} className="rounded-md!" />
          <span className="min-w-0 flex-1 truncate text-sm font-medium">{record.companyName}</span>
          <ChevronRight size={15} className="text-faint" aria-hidden />
        </Link>
      </Block>
      <Colleagues company={{ id: record.companyId, name: record.companyName }} except={record.id} />
    </div>
  )
}

function Colleagues({ company, except }: { company: { id: string; name: string }; except: string }) {
  const { t } = useTranslation('records')
  const { num } = useFormat()
  const q = useQuery(contactsOfCompany(company.id, 7))
  const people = q.data?.items.filter((c) => c.id !== except).slice(0, 6) ?? []
  const total = Math.max(0, (q.data?.page.total ?? 0) - 1)
  if (q.isPending)
    return (
      <Block title={t('related.colleagues')}>
        <PeopleSkeleton />
      </Block>
    )
  if (q.isError || people.length === 0) return null
  return (
    <Block title={t('related.colleagues')} count={num(total)}>
      <PeopleList people={people} />
      {total > people.length && <AllLink companyId={company.id} count={total + 1} />}
    </Block>
  )
}

function People({ company, readOnly }: { company: CrmRecord; readOnly: boolean }) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const { num } = useFormat()
  const mayAdd = useCan('crm.contacts.write') && !readOnly
  const [adding, setAdding] = useState(false)
  const q = useQuery(contactsOfCompany(company.id, SHOWN))
  const people = q.data?.items ?? []
  const total = q.data?.page.total ?? company.contactCount ?? 0
  return (
    <Block
      title={t('contacts.title')}
      count={num(total)}
      action={
        mayAdd && (
          <IconButton label={t('related.addContact')} size="icon-xs" onClick={() => setAdding(true)}>
            <Plus size={14} />
          </IconButton>
        )
      }
    >
      {q.isPending ? (
        <PeopleSkeleton />
      ) : q.isError ? (
        <div className="flex items-center gap-2 px-2 text-sm text-muted">
          {t('related.failed')}
          <Button size="xs" onClick={() => void q.refetch()}>
            {tc('action.retry')}
          </Button>
        </div>
      ) : people.length === 0 ? (
        <p className="px-2 text-sm text-subtle">{t('related.noContacts')}</p>
      ) : (
        <PeopleList people={people} />
      )}
      {total > people.length && people.length > 0 && <AllLink companyId={company.id} count={total} />}
      {adding && (
        <Suspense>
          <CreateDialog
            kind="contact"
            company={{ value: company.id, label: company.name }}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      )}
    </Block>
  )
}

function PeopleList({ people }: { people: Contact[] }) {
  return (
    <ul className="flex flex-col">
      {people.map((c) => (
        <li key={c.id}>
          <Link
            to="/contacts/$id"
            params={{ id: c.id }}
            className="flex min-h-11 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
          >
            <Avatar name={c.name} size={26} />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{c.name}</span>
              <span className="block truncate text-xs text-subtle">{c.jobTitle ?? c.emails[0] ?? ''}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
function AllLink({ companyId, count }: { companyId: string; count: number }) {
  const { t } = useTranslation('records')
  return (
    <Link
      to="/contacts"
      search={{ filter: { field: 'companyId', op: 'eq', value: companyId } }}
      className="mt-1 inline-flex h-7 items-center rounded-md px-2 text-sm font-medium text-accent-text hover:underline"
    >
      {t('related.all', { count })}
    </Link>
  )
}
type BlockProps = { title: string; count?: string; action?: ReactNode; children: ReactNode }
function Block({ title, count, action, children }: BlockProps) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 flex h-6 items-center gap-1.5 px-2 text-xs font-medium text-subtle">
        {title}
        {count && <span className="tabular font-normal">{count}</span>}
        <span className="ml-auto">{action}</span>
      </h3>
      {children}
    </section>
  )
}
const PeopleSkeleton = () => (
  <div aria-hidden className="flex flex-col gap-3 px-2 py-1">
    {['w-3/5', 'w-1/2', 'w-2/3'].map((w) => (
      <div key={w} className="flex items-center gap-2.5">
        <Skeleton className="size-6.5 rounded-full" />
        <Skeleton className={`h-3.5 ${w}`} />
      </div>
    ))}
  </div>
)
