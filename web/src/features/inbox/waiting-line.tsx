import { Hourglass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { useCountdown } from '@/shared/lib/use-countdown'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { isToday } from './model'
import type { Wait } from './waiting'

const COUNTED_S = 3600
/** Why it waits, with the seconds that are left; from an hour on with the time. */
export function WaitingLine({ wait }: { wait: Wait }) {
  const { t } = useTranslation('inbox')
  const until = wait.until === null ? null : Date.parse(wait.until)
  const seconds = until === null ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000))
  const left = useCountdown(seconds !== undefined && seconds < COUNTED_S ? seconds : undefined, wait.until)
  const text = wait.reason === 'other' ? (wait.text ?? t('wait.other')) : t(`wait.${wait.reason}`)
  return (
    <span className="flex items-center gap-1">
      <Hourglass size={12} aria-hidden className="shrink-0" />
      <span>
        {text}
        {left > 0 && <span className="tabular"> · {clock(left)}</span>}
        {wait.until !== null && seconds !== undefined && seconds >= COUNTED_S && (
          <>
            {' · '}
            <When at={wait.until} />
          </>
        )}
      </span>
    </span>
  )
}
export function When({ at }: { at: string }) {
  const { user } = useSession()
  const { time, dateTime } = useFormat()
  return <time dateTime={at}>{isToday(at, user.timeZone) ? time(at) : dateTime(at)}</time>
}
