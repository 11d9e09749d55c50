import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { longClock as clock } from './clock'

const AGAIN_S = 60

/** Asks for the mail with the link once more; how long to wait is the server's to say. */
export function useResend() {
  const again = useMutation({ mutationFn: () => send('POST', '/api/auth/email/verification') })
  const limited = isApiError(again.error) && again.error.status === 429 ? again.error : null
  const seconds = limited ? (limited.retryAfterSeconds ?? AGAIN_S) : again.isSuccess ? AGAIN_S : undefined
  const wait = useCountdown(seconds, again.submittedAt)
  return {
    wait,
    sent: again.isSuccess,
    busy: again.isPending,
    error: again.error && !limited ? errorMessage(again.error) : null,
    send: () => again.mutate(),
  }
}

export function ResendLink() {
  const { t } = useTranslation('recovery')
  const again = useResend()
  return (
    <>
      <div role="status" className="empty:hidden">
        {again.error ? (
          <Notice kind="error">{again.error}</Notice>
        ) : (
          again.sent && <Notice kind="success">{t('verify.sent')}</Notice>
        )}
      </div>
      <Button
        variant="primary"
        size="xl"
        className="w-full"
        disabled={again.wait > 0}
        busy={again.busy}
        onClick={again.send}
      >
        <span className="tabular">
          {again.wait > 0 ? t('sent.wait', { time: clock(again.wait) }) : t('verify.again')}
        </span>
      </Button>
    </>
  )
}
