import { useQueryClient } from '@tanstack/react-query'
import { CloudCheck, CloudOff } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '@/shared/api/connection'
import { useLive } from '@/shared/live/store'
import { sessionOptions } from '@/shared/session/session-query'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'

const AGAIN_MS = 5000

/** Shown while the server does not answer. Asks again by itself; the first answer brings everything up to date. */
export function OfflineBanner() {
  const { t } = useTranslation('shell')
  const { t: tc } = useTranslation()
  const { time } = useFormat()
  const { online, since } = useConnection()
  const catchingUp = useLive((s) => s.catchingUp)
  const qc = useQueryClient()
  useEffect(() => {
    if (online) return
    const ask = () => void qc.fetchQuery({ ...sessionOptions(), staleTime: 0, retry: false }).catch(() => {})
    const id = setInterval(ask, AGAIN_MS)
    addEventListener('online', ask)
    return () => {
      clearInterval(id)
      removeEventListener('online', ask)
      void qc.invalidateQueries()
    }
  }, [online, qc])
  return (
    <div role="status" className="empty:hidden">
      {online && catchingUp && (
        <div data-tone="blue" className="flex items-center gap-2 bg-tone px-4 py-1.5 text-xs text-tone-fg">
          <CloudCheck size={14} aria-hidden className="shrink-0" />
          {t('live.catchingUp')}
        </div>
      )}
      {!online && (
        <div data-tone="amber" className="flex items-center gap-2 bg-tone px-4 py-1.5 text-xs text-tone-fg">
          <CloudOff size={14} aria-hidden className="shrink-0" />
          <span className="min-w-0 flex-1">
            {t('offline.title')} {since !== null && t('offline.since', { time: time(since) })}
          </span>
          <Button size="xs" onClick={() => void qc.refetchQueries({ type: 'active' })}>
            {tc('action.retry')}
          </Button>
        </div>
      )}
    </div>
  )
}
