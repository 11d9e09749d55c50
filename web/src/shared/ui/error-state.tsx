import { CloudOff, SearchX, ShieldAlert, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage, requestIdOf } from '@/shared/api/messages'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button } from './button'
import { EmptyState } from './empty-state'

type ErrorStateProps = { error: unknown; onRetry?: () => void; title?: string; busy?: boolean; className?: string }
/** A failed load: what happened, the request id to give to support, and a way on. A 429 counts down to the next try. */
export function ErrorState({ error, onRetry, title, busy, className }: ErrorStateProps) {
  const { t } = useTranslation()
  const api = isApiError(error) ? error : null
  const wait = useCountdown(api?.status === 429 ? (api.retryAfterSeconds ?? 30) : undefined, error)
  const requestId = requestIdOf(error)
  const kind = api?.isNetwork
    ? 'network'
    : api?.status === 403
      ? 'forbidden'
      : api?.status === 404
        ? 'notFound'
        : 'other'
  const icon = { network: CloudOff, forbidden: ShieldAlert, notFound: SearchX, other: TriangleAlert }[kind]
  const message = wait > 0 ? t('error.rateLimited', { count: wait }) : errorMessage(error)
  return (
    <EmptyState
      role="alert"
      icon={icon}
      tone={kind === 'other' ? 'red' : 'gray'}
      title={title ?? (kind === 'other' ? t('error.title') : message)}
      text={
        <>
          {title || kind === 'other'
            ? message
            : kind === 'network'
              ? t('error.networkHint')
              : kind === 'forbidden'
                ? t('error.forbiddenHint')
                : null}
          {requestId && (
            <span className="mt-1 block font-mono text-xs text-subtle select-all">
              {t('ui.requestId', { id: requestId })}
            </span>
          )}
        </>
      }
      actions={
        onRetry &&
        kind !== 'forbidden' &&
        kind !== 'notFound' && (
          <Button size="md" onClick={onRetry} disabled={wait > 0} busy={busy}>
            {t('action.retry')}
          </Button>
        )
      }
      className={className}
    />
  )
}
