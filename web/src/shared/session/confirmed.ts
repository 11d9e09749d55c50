import { get } from '@/shared/api/call'
import { download } from '@/shared/api/download'
import { ask } from './guard'

const SOON_MS = 15_000

/** A proof of the last minutes is there, or is given now. */
async function confirmed(): Promise<boolean> {
  const { confirmedUntil } = await get<{ confirmedUntil?: string | null }>('/api/auth/mfa')
  return (!!confirmedUntil && Date.parse(confirmedUntil) > Date.now() + SOON_MS) || ask()
}

/**
 * A download that the server gives only to somebody who has confirmed who they are. It is asked about beforehand: what
 * the browser downloads by itself cannot be repeated after a refusal.
 */
export async function downloadConfirmed(...what: Parameters<typeof download>) {
  if (await confirmed()) download(...what)
}
