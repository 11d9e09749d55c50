import { send } from '@/shared/api/call'
import type { TotpStart } from '@/shared/session/mfa-types'

/** A secret that waits for its first code. May ask first who one is. */
export const startTotp = () => send<TotpStart>('POST', '/api/auth/mfa/totp')
