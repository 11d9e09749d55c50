import { queryOptions } from '@tanstack/react-query'
import { get } from '@/shared/api/call'
import type { Mfa } from './mfa-types'

/** The person's second factors. */
export const mfaOptions = () =>
  queryOptions({ queryKey: ['mfa'], queryFn: ({ signal }) => get<Mfa>('/api/auth/mfa', undefined, signal) })
