import { useSession } from '@/shared/session/session'
import type { Actor } from './model'

/** The person at the screen, as far as they act on others. */
export function useActor(): Actor {
  const { user, role, permissions } = useSession()
  return { id: user.id, owner: role === 'owner', permissions }
}
