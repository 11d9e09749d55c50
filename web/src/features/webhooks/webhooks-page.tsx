import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, Webhook as WebhookIcon } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Webhook } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { Switch } from '@/shared/ui/switch'
import { listOptions, useWebhookChanges, type WebhookChanges } from './api'
import { DELIVERY_TONE, isAll, STATE_TONE, stateOf } from './model'

const WebhookForm = lazy(() => import('./webhook-form'))
const SecretDialog = lazy(() => import('./secret-dialog'))
const MOST = 20

/** Where events are sent, and whether they arrive. */
export function WebhooksPage() {
  const { t } = useTranslation('webhooks')
  const mayRead = useCan('api.webhooks.read')
  if (!mayRead)
    return (
      <Section title={t('title')} text={t('text')}>
        <EmptyState icon={WebhookIcon} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
      </Section>
    )
  return <List />
}

function List() {
  const { t } = useTranslation('webhooks')
  const mayWrite = useCan('api.webhooks.write')
  const q = useQuery(listOptions())
  const changes = useWebhookChanges()
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const all = q.data ?? []
  const full = all.length >= MOST
  const create = mayWrite && (
    <Button variant="primary" size="md" disabled={full || !q.data} onClick={() => setCreating(true)}>
      <Plus size={15} strokeWidth={2.2} aria-hidden />
      {t('new')}
    </Button>
  )
  return (
    <>
      <Section title={t('title')} text={t('text')} flush actions={all.length > 0 && create}>
        {full && (
          <Notice kind="warning" className="mx-4 mb-3 md:mx-5">
            {t('full', { count: MOST })}
          </Notice>
        )}
        {q.isPending ? (
          <Rows />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : all.length === 0 ? (
          <div className="border-t border-line">
            <EmptyState icon={WebhookIcon} title={t('empty')} text={t('emptyText')} actions={create} />
          </div>
        ) : (
          <ul className="border-t border-line">
            {all.map((w) => (
              <WebhookRow key={w.id} webhook={w} changes={mayWrite ? changes : null} />
            ))}
          </ul>
        )}
      </Section>
      <Suspense>
        {creating && (
          <WebhookForm webhook={null} changes={changes} onSecret={setSecret} onClose={() => setCreating(false)} />
        )}
        {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
      </Suspense>
    </>
  )
}

export function StateBadge({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const state = stateOf(webhook)
  return (
    <Badge tone={STATE_TONE[state]} dot className="shrink-0">
      {t(`state.${state}`)}
    </Badge>
  )
}
export function typesText(t: ReturnType<typeof useTranslation<'webhooks'>>['t'], types: readonly string[]) {
  if (isAll(types)) return t('allEvents')
  return types.length <= 2 ? types.join(', ') : t('events', { count: types.length })
}

function WebhookRow({ webhook: w, changes }: { webhook: Webhook; changes: WebhookChanges | null }) {
  const { t } = useTranslation('webhooks')
  const { ago } = useFormat()
  return (
    <li className="relative flex min-h-16 items-center gap-3 border-b border-line-soft px-4 py-3 last:border-0 hover:bg-row-hover md:px-5">
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            to="/settings/webhooks/$id"
            params={{ id: w.id }}
            className="min-w-0 truncate text-sm font-medium outline-none after:absolute after:inset-0 after:outline-offset-[-2px] focus-visible:after:outline-2"
          >
            {w.description || w.url}
          </Link>
          <StateBadge webhook={w} />
        </div>
        {w.description && <div className="mt-0.5 truncate text-xs text-muted">{w.url}</div>}
        <div className="mt-0.5 flex min-w-0 items-center gap-1.5 text-xs text-subtle">
          <span className="truncate">{typesText(t, w.types)}</span>
          {w.lastDelivery && (
            <>
              <span aria-hidden>·</span>
              <span
                aria-hidden
                data-tone={DELIVERY_TONE[w.lastDelivery.status]}
                className="size-1.5 shrink-0 rounded-full bg-tone-solid"
              />
              <span className="shrink-0 whitespace-nowrap">
                {t(`last.${w.lastDelivery.status}`, { ago: ago(w.lastDelivery.at) })}
              </span>
            </>
          )}
        </div>
      </div>
      <span className="relative z-1 flex">
        <Switch
          aria-label={t('enable', { url: w.description || w.url })}
          checked={w.enabled}
          disabled={!changes}
          onCheckedChange={(on) => void changes?.enable(w, on)}
        />
      </span>
    </li>
  )
}

const Rows = () => (
  <SectionRowsSkeleton
    rows={['w-56', 'w-44', 'w-52']}
    second="w-40"
    end={<Skeleton className="h-5 w-8.5 rounded-full!" />}
  />
)
