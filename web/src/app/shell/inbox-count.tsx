import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { inboxCountsOptions } from '@/features/inbox/count'
import { cn } from '@/shared/lib/cn'

const MOST = 99
/** How many conversations of one's own, or of nobody, have something new. */
export function InboxCount({ className }: { className: string }) {
  const { t } = useTranslation('shell')
  const counts = useQuery(inboxCountsOptions()).data
  const unread = (counts?.mine ?? 0) + (counts?.unassigned ?? 0)
  if (unread === 0) return null
  return (
    <span className={cn('tabular', className)}>
      <span aria-hidden>{unread > MOST ? `${MOST}+` : unread}</span>
      <span className="sr-only">{t('nav.unread', { count: unread })}</span>
    </span>
  )
}
