import type { QueryClient } from '@tanstack/react-query'
import { getSessionQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import type { SessionInfo } from '@/api/gen/types.gen'
import { watchRecents } from '@/shared/commands/recents'

export const watch = (qc: QueryClient) =>
  watchRecents(qc, () => qc.getQueryData<SessionInfo>(getSessionQueryKey())?.organization.id)
