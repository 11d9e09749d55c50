import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from './api'
import { changeMessage, findMessage } from './cache'
import { isWaiting } from './model'
import type { Chat, Message } from './types'

const LOOK_MS = 5000
/** Why messages of the thread wait changes with every other message of the account: looked after while one does. */
export function useWaiting(chat: Chat, messages: readonly Message[]) {
  const qc = useQueryClient()
  const some = messages.some(isWaiting)
  const { data } = useQuery({
    queryKey: ['waiting', chat.accountId],
    queryFn: ({ signal }) => api.waiting(chat.accountId, signal),
    enabled: some,
    refetchInterval: some ? LOOK_MS : false,
    staleTime: LOOK_MS,
  })
  useEffect(() => {
    for (const { id, chatId, waiting } of data?.items ?? []) {
      const m = chatId === chat.id ? findMessage(qc, chatId, id) : undefined
      if (m?.status === 'queued' && JSON.stringify(m.waiting) !== JSON.stringify(waiting))
        changeMessage(qc, chatId, id, (x) => ({ ...x, waiting }))
    }
  }, [qc, chat.id, data])
}
