import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '@/shared/lib/use-debounced'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { api, keys } from './api'
import { Bar } from './parts'
import { isVariable, keyOf, textProblems } from './template-model'
import type { MissingReport, Preview } from './types'

const WAIT_MS = 500
/** How it reads for real contacts of the audience, and whom it lacks something for. */
export function TemplatePreview({ campaignId, text }: { campaignId: string; text: string }) {
  const { t } = useTranslation('campaigns')
  const asked = useDebounced(text, WAIT_MS)
  const [at, setAt] = useState(0)
  const whole = asked.trim() !== '' && textProblems(asked).length === 0
  const q = useQuery({
    queryKey: [...keys.plan(campaignId), 'preview', asked],
    queryFn: () => api.preview(campaignId, { text: asked }),
    enabled: whole,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  if (!whole && !q.data) return null
  const items = q.data?.items ?? []
  const shown = Math.min(at, items.length - 1)
  return (
    <section aria-label={t('template.preview')} className="flex flex-col gap-2">
      <header className="flex items-center gap-2">
        <h3 className="text-sm font-medium">{t('template.preview')}</h3>
        {items.length > 1 && (
          <span className="ml-auto flex items-center gap-1">
            <span className="tabular text-xs text-subtle">{`${shown + 1} / ${items.length}`}</span>
            <IconButton label={t('previousContact')} disabled={shown <= 0} onClick={() => setAt(shown - 1)}>
              <ChevronLeft size={15} />
            </IconButton>
            <IconButton label={t('nextContact')} disabled={shown >= items.length - 1} onClick={() => setAt(shown + 1)}>
              <ChevronRight size={15} />
            </IconButton>
          </span>
        )}
      </header>
      {q.isPending && whole ? (
        <div
          role="status"
          aria-busy
          aria-label={t('template.preview')}
          className="flex flex-col gap-2 rounded-lg bg-sunken p-3"
        >
          <Skeleton className="h-5 w-40" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-4 w-3/4" />
        </div>
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-4!" />
      ) : items.length === 0 ? (
        <p className="rounded-lg bg-sunken p-3 text-sm text-muted">{t('template.nobody')}</p>
      ) : (
        <One item={items[shown]} />
      )}
      {q.data && q.data.report.contacts > 0 && <Report report={q.data.report} items={items} />}
    </section>
  )
}

function One({ item }: { item: Preview['items'][number] | undefined }) {
  const { t } = useTranslation('campaigns')
  const shown = item?.variants[0]
  const name = useVariableName()
  if (!item || !shown) return null
  return (
    <div className="rounded-lg bg-sunken p-3" aria-live="polite">
      <p className="flex items-center gap-2 text-xs">
        <Avatar name={item.name} size={18} />
        <Link
          to="/contacts/$id"
          params={{ id: item.contactId }}
          className="min-w-0 truncate font-medium hover:underline"
        >
          {item.name}
        </Link>
        {shown.missing.length > 0 ? (
          <Badge tone="red">{t('template.willNotGo')}</Badge>
        ) : (
          shown.fallbacks.length > 0 && <Badge tone="amber">{t('template.usesFallback')}</Badge>
        )}
      </p>
      <p
        data-testid="preview"
        className="mt-2 w-fit max-w-full rounded-xl rounded-bl-sm bg-bubble px-3 py-2 text-sm leading-5 break-words whitespace-pre-line"
      >
        {shown.text || '…'}
      </p>
      {shown.missing.length > 0 && (
        <p className="mt-2 text-xs text-danger">
          {t('template.missing', { names: shown.missing.map(name).join(', ') })}
        </p>
      )}
    </div>
  )
}
function useVariableName() {
  const { t } = useTranslation('campaigns')
  return (v: string) => (isVariable(v) ? t(`variable.${keyOf(v)}`) : v)
}

/** For how many something is missing, by variable. */
function Report({ report: r, items }: { report: MissingReport; items: Preview['items'] }) {
  const { t } = useTranslation('campaigns')
  const name = useVariableName()
  const rows = Object.entries(r.variables).filter(([, m]) => m.count > 0)
  const known = new Map(items.map((i) => [i.contactId, i.name]))
  if (rows.length === 0)
    return (
      <p className="flex items-center gap-1.5 text-xs text-success">
        <CircleCheck size={14} aria-hidden />
        {t('template.complete', { count: r.contacts })}
      </p>
    )
  const lost = r.contacts - r.complete
  return (
    <div className="flex flex-col gap-2">
      <h4 className="text-xs font-medium text-subtle">{t('template.report', { count: r.contacts })}</h4>
      <ul className="flex flex-col gap-2">
        {rows.map(([variable, m]) => {
          const none = m.count - m.fallbacks
          const whom = m.contactIds.flatMap((id) => known.get(id) ?? []).slice(0, 3)
          return (
            <li key={variable} data-tone={none > 0 ? 'red' : 'amber'} className="text-sm">
              <div className="flex items-center gap-3">
                <span className="min-w-0 flex-1 truncate">{name(variable)}</span>
                <span className="tabular text-xs text-muted">
                  {none > 0 ? t('template.lack', { count: none }) : t('template.replaced', { count: m.fallbacks })}
                </span>
              </div>
              <Bar share={m.count / r.contacts} className="mt-1 h-1.5!" />
              {none > 0 && whom.length > 0 && <p className="mt-1 truncate text-xs text-subtle">{whom.join(', ')}</p>}
            </li>
          )
        })}
      </ul>
      {lost > 0 && <Notice kind="warning">{t('template.lost', { count: lost })}</Notice>}
    </div>
  )
}
