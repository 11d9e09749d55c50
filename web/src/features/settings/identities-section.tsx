import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import {
  depart,
  type Identities,
  identitiesOptions,
  type LinkedIdentity,
  type ProviderId,
  providersOptions,
} from '@/shared/session/federated'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { ProviderIcon } from '@/shared/ui/provider-icon'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'

/** Accounts of other services by which the person signs in. Nothing where the server offers none and none is linked. */
export default function IdentitiesSection() {
  const { t } = useTranslation('security')
  const providers = useQuery(providersOptions())
  const identities = useQuery(identitiesOptions())
  const offered = providers.data ?? []
  const items = identities.data?.items ?? []
  if (offered.length === 0 && items.length === 0) return null
  return (
    <Section title={t('identities.title')} text={t('identities.text')} flush actions={<Add offered={offered} />}>
      {identities.error && !identities.data ? (
        <ErrorState error={identities.error} onRetry={() => void identities.refetch()} busy={identities.isFetching} />
      ) : !identities.data ? (
        <SectionRowsSkeleton rows={['w-40']} second="w-56" lead={<Skeleton className="size-9 rounded-md" />} />
      ) : items.length === 0 ? (
        <p className="border-t border-line-soft px-4 py-3 text-sm text-subtle md:px-5">{t('identities.none')}</p>
      ) : (
        <List items={items} />
      )}
    </Section>
  )
}

function Add({ offered }: { offered: { id: ProviderId; name: string }[] }) {
  const { t } = useTranslation('security')
  const add = useMutation({
    mutationFn: (id: ProviderId) => depart(`/api/auth/link/${id}/start`, {}, { next: '/settings/security' }),
    onError: (e) => toast.error(t('failed'), e),
  })
  return (
    <div className="flex flex-wrap gap-2">
      {offered.map(({ id, name }) => (
        <Button
          key={id}
          size="md"
          busy={add.isPending && add.variables === id}
          disabled={add.isPending && add.variables !== id}
          onClick={() => add.mutate(id)}
        >
          <ProviderIcon id={id} size={14} />
          <span className="max-w-40 truncate">{t('identities.link', { name })}</span>
        </Button>
      ))}
    </div>
  )
}

function List({ items }: { items: LinkedIdentity[] }) {
  const { t } = useTranslation('security')
  const { ago, day } = useFormat()
  const qc = useQueryClient()
  const { queryKey } = identitiesOptions()
  const remove = useMutation({
    mutationFn: ({ id }: LinkedIdentity) => send('DELETE', `/api/auth/identities/${id}`),
    onMutate: async ({ id }) => {
      await qc.cancelQueries({ queryKey })
      const before = qc.getQueryData<Identities>(queryKey)
      qc.setQueryData<Identities>(queryKey, (all) => all && { ...all, items: all.items.filter((i) => i.id !== id) })
      return { before }
    },
    onSuccess: (_, identity) => toast.success(t('identities.removed', { name: nameOf(identity) })),
    onError: (e, _, context) => {
      qc.setQueryData(queryKey, context?.before)
      toast.error(t('failed'), e)
    },
    onSettled: () => qc.invalidateQueries({ queryKey }),
  })
  const ask = async (identity: LinkedIdentity) => {
    const sure = await confirm({
      title: t('identities.removeTitle', { name: nameOf(identity) }),
      description: t('identities.removeText'),
      action: t('remove'),
      danger: true,
    })
    if (sure) remove.mutate(identity)
  }
  return (
    <ul aria-label={t('identities.title')}>
      {items.map((identity) => (
        <li key={identity.id} className="flex items-center gap-3 border-t border-line-soft px-4 py-3 md:px-5">
          <span data-tone="blue" className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
            <ProviderIcon id={identity.provider} size={17} />
          </span>
          <div className="min-w-0 flex-1">
            <div className="truncate text-sm font-medium">
              {nameOf(identity)}
              {accountOf(identity) && <span className="font-normal text-muted"> · {accountOf(identity)}</span>}
            </div>
            <div className="tabular text-xs text-subtle">
              {t('since', { date: day(identity.createdAt) })} ·{' '}
              {identity.providerName
                ? t('identities.used', { ago: ago(identity.lastUsedAt) })
                : t('identities.notOffered')}
            </div>
          </div>
          <IconButton
            label={t('remove')}
            aria-label={`${t('remove')}: ${nameOf(identity)}`}
            onClick={() => void ask(identity)}
            className="any-pointer-coarse:size-10!"
          >
            <Trash2 size={14} />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

const NAMES = { google: 'Google', github: 'GitHub', oidc: 'OpenID', telegram: 'Telegram' }
const nameOf = ({ provider, providerName }: LinkedIdentity) => providerName ?? NAMES[provider]
const accountOf = ({ email, label }: LinkedIdentity) => email ?? label
