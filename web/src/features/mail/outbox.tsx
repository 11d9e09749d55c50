import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronDown, Inbox, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Tone } from '@/shared/ui/tone'
import { type MailState, type OutboxMail, outboxOptions } from './api'
import { Letter } from './letter'

const TONES: Record<MailState, Tone> = { queued: 'gray', sent: 'green', failed: 'red', bounced: 'amber' }

/** For development: what would have been sent. */
export function Outbox() {
  const { t } = useTranslation('mail')
  const { t: tc } = useTranslation()
  const mails = useInfiniteQuery(outboxOptions())
  const items = mails.data?.pages.flatMap((p) => p.items)
  // Where mail leaves the server there is none, and nothing to be said about it.
  if (isApiError(mails.error) && mails.error.status === 404) return null
  return (
    <Section
      title={t('outbox.title')}
      text={t('outbox.text')}
      flush
      actions={
        items && (
          <Button size="md" busy={mails.isRefetching} onClick={() => void mails.refetch()}>
            <RefreshCw size={14} aria-hidden />
            {t('outbox.refresh')}
          </Button>
        )
      }
    >
      {items?.length ? (
        <>
          <ul aria-label={t('outbox.list')}>
            {items.map((mail) => (
              <Row key={mail.id} mail={mail} />
            ))}
          </ul>
          {mails.hasNextPage && (
            <div className="border-t border-line-soft p-3 text-center">
              <Button size="md" busy={mails.isFetchingNextPage} onClick={() => void mails.fetchNextPage()}>
                {t('outbox.more')}
              </Button>
            </div>
          )}
        </>
      ) : items ? (
        <EmptyState icon={Inbox} title={t('outbox.empty')} text={t('outbox.emptyText')} />
      ) : mails.error ? (
        <ErrorState error={mails.error} onRetry={() => void mails.refetch()} busy={mails.isFetching} />
      ) : (
        <div role="status" aria-busy aria-label={tc('ui.loading')}>
          {['a', 'b', 'c'].map((k) => (
            <div key={k} className="flex flex-col gap-2 border-t border-line-soft px-4 py-3 md:px-5">
              <Skeleton className="h-3.5 w-56" />
              <Skeleton className="h-3 w-40" />
            </div>
          ))}
        </div>
      )}
    </Section>
  )
}

function Row({ mail }: { mail: OutboxMail }) {
  const { t } = useTranslation('mail')
  const { dateTime } = useFormat()
  const [open, setOpen] = useState(false)
  return (
    <li className="border-t border-line-soft">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-3 px-4 py-3 text-left hover:bg-row-hover md:px-5"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{mail.subject}</span>
          <span className="tabular block truncate text-xs text-subtle">
            {t('outbox.to', { to: mail.to })} · {dateTime(mail.createdAt)}
          </span>
        </span>
        <Badge tone={TONES[mail.state]}>{t(`state.${mail.state}`)}</Badge>
        <ChevronDown size={15} aria-hidden className={open ? 'rotate-180 text-subtle' : 'text-subtle'} />
      </button>
      {open && (
        <div className="px-4 pb-4 md:px-5">
          <Letter mail={mail} />
        </div>
      )}
    </li>
  )
}
