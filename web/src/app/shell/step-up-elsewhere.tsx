import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage } from '@/shared/api/messages'
import { depart, identitiesOptions, type ProviderId } from '@/shared/session/federated'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { ProviderIcon } from '@/shared/ui/provider-icon'
import { Skeleton } from '@/shared/ui/skeleton'

/** Who has neither a password nor a second factor proves who they are where they sign in; what they did is done again. */
export default function StepUpElsewhere({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation('security')
  const { t: tc } = useTranslation()
  const next = useLocation({ select: (l) => l.href })
  const identities = useQuery(identitiesOptions())
  const [busy, setBusy] = useState<ProviderId | null>(null)
  const [error, setError] = useState<unknown>(null)
  const leave = async (provider: ProviderId) => {
    setBusy(provider)
    setError(null)
    try {
      await depart(`/api/auth/link/${provider}/confirm`, {}, { next })
    } catch (e) {
      setError(e)
      setBusy(null)
    }
  }
  const offered = new Map(
    identities.data?.items.flatMap((i) => (i.providerName ? [[i.provider, i.providerName] as const] : [])),
  )
  if (identities.error)
    return (
      <ErrorState error={identities.error} onRetry={() => void identities.refetch()} busy={identities.isFetching} />
    )
  return (
    <div className="flex flex-col gap-3 pb-2">
      <p className="text-sm text-muted">{t('stepUp.elsewhere')}</p>
      {identities.data ? (
        [...offered].map(([id, name]) => (
          <Button key={id} size="lg" className="w-full" busy={busy === id} onClick={() => void leave(id)}>
            <ProviderIcon id={id} />
            {t('stepUp.with', { name })}
          </Button>
        ))
      ) : (
        <Skeleton className="h-9 w-full" />
      )}
      <div role="alert" className="empty:hidden">
        {error !== null && <Notice kind="error">{errorMessage(error)}</Notice>}
      </div>
      <div className="flex justify-end">
        <Button size="md" onClick={onCancel}>
          {tc('action.cancel')}
        </Button>
      </div>
    </div>
  )
}
