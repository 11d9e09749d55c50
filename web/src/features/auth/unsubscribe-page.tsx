import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { client } from '@/api/gen/client.gen'
import { Button, buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { AuthLayout } from './auth-layout'
import { linkFault, useToken } from './link'

/** Whoever is signed in here has nothing to do with it: the link alone says whose digests end. */
const stopDigests = (token: string) =>
  client.post<{ 204: unknown }, unknown, true>({
    url: '/api/v1/notifications/digest/unsubscribe',
    query: { token },
    credentials: 'omit',
    throwOnError: true,
  })

/** Opened by the link of a digest: asks first, as programs of mail look at links too. */
export function UnsubscribePage() {
  const { t } = useTranslation('recovery')
  const token = useToken()
  const stop = useMutation({ mutationFn: () => stopDigests(token) })
  const settings = (
    <Link to="/settings/notifications" className={`${buttonCls('secondary', 'xl')} w-full`}>
      {t('unsubscribe.settings')}
    </Link>
  )
  if (token === '' || linkFault(stop.error))
    return (
      <AuthLayout title={t('unsubscribe.unknown')} text={t('unsubscribe.unknownText')}>
        <div className="mt-6">{settings}</div>
      </AuthLayout>
    )
  if (stop.isSuccess)
    return (
      <AuthLayout title={t('unsubscribe.done')}>
        <div className="mt-6 flex flex-col gap-4">
          <Notice kind="success" role="status">
            {t('unsubscribe.doneText')}
          </Notice>
          {settings}
        </div>
      </AuthLayout>
    )
  return (
    <AuthLayout title={t('unsubscribe.title')} text={t('unsubscribe.text')}>
      <div className="mt-6 flex flex-col gap-4">
        {stop.error && (
          <Notice kind="error" role="alert">
            {t('unsubscribe.failed')}
          </Notice>
        )}
        <Button variant="primary" size="xl" className="w-full" busy={stop.isPending} onClick={() => stop.mutate()}>
          {t('unsubscribe.stop')}
        </Button>
        {settings}
      </div>
    </AuthLayout>
  )
}
