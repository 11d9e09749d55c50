import { useLocation } from '@tanstack/react-router'
import { isApiError } from '@/shared/api/errors'

/** What a link of a mail carries behind the #. */
export const useToken = () => useLocation({ select: (l) => l.hash })

/** Why a link does not work; null for everything that another try may mend. */
export function linkFault(e: unknown): 'used' | 'expired' | 'unknown' | null {
  if (!isApiError(e)) return null
  const fault = /^link\.(used|expired|unknown)$/.exec(e.code)?.[1]
  if (fault) return fault as 'used' | 'expired' | 'unknown'
  return e.status === 404 || e.status === 422 ? 'unknown' : null
}
