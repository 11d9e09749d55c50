import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chevron } from '@/shared/ui/icons'
import { chatsOfOptions } from './api'
import { rememberSender } from './sender'
import type { Chat } from './types'

const SenderList = lazy(() => import('./sender-list'))

/**
 * Through which account: another one is another conversation with the same person. The choice stays with the person.
 */
export function SenderMenu({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const navigate = useNavigate()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const { contactId } = chat
  const all = useQuery({
    ...chatsOfOptions(contactId ?? ''),
    enabled: contactId !== null && chat.kind === 'private',
  }).data
  const others = all?.filter((c) => c.kind === 'private' && c.canWrite && c.account) ?? []
  if (!chat.account) return null
  const via = t('via', { name: chat.account.name })
  if (!contactId || others.length < 2) return <span className="truncate">{via}</span>
  const choose = (id: string) => {
    rememberSender(contactId, id)
    void navigate({ to: '/inbox/$chatId', params: { chatId: id }, search: (s) => ({ ...s, at: undefined }) })
  }
  return (
    <>
      <button
        type="button"
        aria-haspopup="menu"
        onClick={(e) => setAnchor(e.currentTarget)}
        className="inline-flex max-w-full items-center gap-1 rounded-xs hover:text-fg"
      >
        <span className="truncate">{via}</span>
        <Chevron />
      </button>
      <Suspense>
        {anchor && (
          <SenderList anchor={anchor} chats={others} id={chat.id} onPick={choose} onClose={() => setAnchor(null)} />
        )}
      </Suspense>
    </>
  )
}
