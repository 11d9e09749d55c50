import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { ErrorState } from '@/shared/ui/error-state'
import { Popover } from '@/shared/ui/popover'
import { Skeleton } from '@/shared/ui/skeleton'
import { api } from './api'
import { RichText } from './rich-text'
import type { Message } from './types'

/** What a message said before, newest first. */
export default function EditHistory({ m, anchor, onClose }: { m: Message; anchor: HTMLElement; onClose: () => void }) {
  const { t } = useTranslation('inbox')
  const { dateTime } = useFormat()
  const q = useQuery({ queryKey: ['message-edits', m.id, m.version], queryFn: () => api.edits(m.id) })
  return (
    <Popover
      open
      onOpenChange={(o) => !o && onClose()}
      anchor={anchor}
      label={t('history')}
      align="end"
      finalFocus={() => (anchor.isConnected ? anchor : null)}
    >
      <div className="flex w-72 max-w-full flex-col gap-3">
        <h3 className="text-xs font-medium text-subtle">{t('history')}</h3>
        {q.isPending ? (
          <Skeleton className="h-12" />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
        ) : q.data.length === 0 ? (
          <p className="text-sm text-muted">{t('noHistory')}</p>
        ) : (
          <ol className="flex flex-col gap-3">
            {q.data.map((e) => (
              <li key={e.saidAt} className="text-sm">
                <time dateTime={e.saidAt} className="block text-xs text-subtle">
                  {dateTime(e.saidAt)}
                </time>
                <RichText text={e.text} entities={e.entities ?? []} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </Popover>
  )
}
