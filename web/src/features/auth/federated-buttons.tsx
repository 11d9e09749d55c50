import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage } from '@/shared/api/messages'
import { depart, type ProviderId, providersOptions } from '@/shared/session/federated'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { ProviderIcon } from '@/shared/ui/provider-icon'

type FederatedButtonsProps = {
  next?: string | undefined
  /** What stands in the link of an invitation, to be accepted on the way. */
  invitation?: string
}
/** A button for each service through which one can sign in here; nothing where there is none. */
export default function FederatedButtons({ next, invitation }: FederatedButtonsProps) {
  const { t } = useTranslation('recovery')
  const { data = [] } = useQuery(providersOptions())
  const [busy, setBusy] = useState<ProviderId | null>(null)
  const [error, setError] = useState<unknown>(null)
  const leave = async (id: ProviderId) => {
    setBusy(id)
    setError(null)
    const trip = { ...(next && { next }), ...(invitation && { invitation: true }) }
    try {
      await depart(`/api/auth/oauth/${id}/start`, invitation ? { invitation } : {}, trip)
    } catch (e) {
      setError(e)
      setBusy(null)
    }
  }
  // Telegram tells no address: nobody can be invited to it.
  const offered = data.filter(({ id }) => !invitation || id !== 'telegram')
  if (offered.length === 0) return null
  return (
    <div className="mt-4 flex flex-col gap-2">
      {offered.map(({ id, name }) => (
        <Button
          key={id}
          size="xl"
          className="w-full"
          busy={busy === id}
          disabled={busy !== null && busy !== id}
          onClick={() => void leave(id)}
        >
          <ProviderIcon id={id} />
          <span className="truncate">{t('federated.with', { name })}</span>
        </Button>
      ))}
      <div role="alert" className="empty:hidden">
        {error !== null && <Notice kind="error">{errorMessage(error)}</Notice>}
      </div>
    </div>
  )
}
