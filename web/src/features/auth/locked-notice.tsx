import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiError } from '@/shared/api/errors'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { longClock } from './clock'

/** How long an account is locked, and what can be done meanwhile. Says nothing of whether there is one. */
export function LockedNotice({
  error,
  onBack,
  children,
}: {
  error: ApiError
  onBack: () => void
  children?: ReactNode
}) {
  const { t } = useTranslation('recovery')
  const wait = useCountdown(error.retryAfterSeconds ?? 900, error)
  return (
    <div className="mt-6 flex flex-col gap-4">
      <Notice kind={wait > 0 ? 'warning' : 'success'} icon={Lock} role="status">
        {wait > 0 ? (
          <>
            {t('locked.wait')}{' '}
            <span role="timer" className="tabular font-semibold whitespace-nowrap">
              {longClock(wait)}
            </span>
          </>
        ) : (
          t('locked.over')
        )}
      </Notice>
      {wait > 0 && <p className="text-sm text-muted">{t('locked.hint')}</p>}
      {wait > 0 && children}
      <Button variant={wait > 0 ? 'secondary' : 'primary'} size="xl" className="w-full" onClick={onBack}>
        {t(wait > 0 ? 'locked.other' : 'signIn')}
      </Button>
    </div>
  )
}
