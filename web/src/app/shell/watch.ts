import type { QueryClient } from '@tanstack/react-query'
import { watchRecents } from '@/shared/commands/recents'
import { getLoadedSession } from '@/shared/session/session-query'

export const watch = (qc: QueryClient) => watchRecents(qc, () => getLoadedSession(qc)?.organization.id)
