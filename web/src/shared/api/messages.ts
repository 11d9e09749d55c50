import { i18n } from '@/shared/i18n'
import { isApiError } from './errors'

/** One sentence for a person. The server's own words first: they are in the UI's language and know more. */
export function errorMessage(e: unknown): string {
  if (!isApiError(e)) return i18n.t('error.unexpected')
  if (e.isNetwork) return i18n.t('error.network')
  if (e.status === 429) return i18n.t('error.rateLimited', { count: e.retryAfterSeconds ?? 60 })
  if (e.error) return e.error
  return e.status === 403
    ? i18n.t('error.forbidden')
    : e.status === 404
      ? i18n.t('error.notFound')
      : i18n.t('error.unexpected')
}

export function requestIdOf(e: unknown): string | undefined {
  return (isApiError(e) && e.requestId) || undefined
}
