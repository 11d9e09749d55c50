import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Named } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import { dealsOfOptions, pipelinesOptions } from './api'
import { toMajor } from './money'
import { StageDot } from './stage-dot'

const CreateDeal = lazy(() => import('./create-deal'))

type DealsOfProps = { field: 'contactId' | 'companyId'; contact?: Named; company?: Named; readOnly: boolean }
/** The deals of a contact or a company, and the way to a new one. */
export default function DealsOf({ field, contact, company, readOnly }: DealsOfProps) {
  const { t } = useTranslation('pipeline')
  const fmt = useFormat()
  const navigate = useNavigate()
  const mayAdd = useCan('crm.deals.write') && !readOnly
  const [adding, setAdding] = useState(false)
  const q = useQuery(dealsOfOptions(field, (field === 'contactId' ? contact : company)?.id ?? ''))
  const pipelines = useQuery(pipelinesOptions()).data
  const pipeline = pipelines?.find((p) => p.isDefault) ?? pipelines?.[0]
  const stages = new Map(pipelines?.flatMap((p) => p.stages.map((s) => [s.id, s] as const)))
  const deals = q.data?.items ?? []
  return (
    <section aria-label={t('of.title')} className="flex flex-col gap-2">
      <header className="flex h-7 items-center gap-2 px-2">
        <h2 className="text-xs font-medium text-subtle">{t('of.title')}</h2>
        {q.data && <span className="tabular text-xs text-subtle">{fmt.num(q.data.page.total)}</span>}
        {mayAdd && pipeline && (
          <span className="ml-auto">
            <IconButton label={t('new')} size="icon-xs" onClick={() => setAdding(true)}>
              <Plus size={14} />
            </IconButton>
          </span>
        )}
      </header>
      {q.isPending ? (
        <Skeleton className="h-12" />
      ) : (
        deals.length === 0 && <p className="px-2 text-sm text-subtle">{t('of.none')}</p>
      )}
      <ul className="flex flex-col gap-1.5">
        {deals.map((d) => {
          const stage = stages.get(d.stageId)
          return (
            <li key={d.id}>
              <Link
                to="/deals/$id"
                params={{ id: d.id }}
                className="flex flex-col gap-1 rounded-lg bg-card px-2.5 py-2 shadow-card hover:shadow-card-hover"
              >
                <span className="truncate text-sm font-medium">{d.title}</span>
                <span className="flex items-center gap-1.5 text-xs text-subtle">
                  {stage && (
                    <>
                      <StageDot color={stage.color} />
                      <span className="min-w-0 truncate">{stage.name}</span>
                    </>
                  )}
                  {d.amountMinor !== null && d.currency !== null && (
                    <span className="tabular ml-auto shrink-0 text-muted">
                      {fmt.money(toMajor(d.amountMinor, d.currency), d.currency)}
                    </span>
                  )}
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
      <Suspense>
        {adding && pipeline && (
          <CreateDeal
            pipeline={pipeline}
            stageId="first"
            contact={contact}
            company={company}
            onOpen={(id) => void navigate({ to: '/deals/$id', params: { id } })}
            onClose={() => setAdding(false)}
          />
        )}
      </Suspense>
    </section>
  )
}
