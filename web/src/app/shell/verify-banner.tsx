import { MailWarning } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { longClock } from '@/features/auth/clock'
import { useResend } from '@/features/auth/resend'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'

/** While nobody has opened the link that was sent to the person's address. */
export default function VerifyBanner() {
  const { t } = useTranslation('recovery')
  const { email } = useSession().user
  const again = useResend()
  return (
    <div role="status" data-tone="amber" className="flex items-center gap-2 bg-tone px-4 py-1.5 text-xs text-tone-fg">
      <MailWarning size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1">
        {again.error ?? (again.sent ? t('banner.sent') : t('banner.text', { email }))}
      </span>
      <Button size="xs" busy={again.busy} disabled={again.wait > 0} onClick={again.send}>
        <span className="tabular">
          {again.wait > 0 ? t('banner.wait', { time: longClock(again.wait) }) : t('banner.send')}
        </span>
      </Button>
    </div>
  )
}
