import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Select } from '@/shared/ui/select'
import { chatsOfOptions } from './api'
import { rememberSender } from './sender'
import type { Chat } from './types'

/** From which account: another one is another conversation with the same person. The choice stays with the person. */
export function SenderSelect({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const navigate = useNavigate()
  const { contactId } = chat
  const all = useQuery({
    ...chatsOfOptions(contactId ?? ''),
    enabled: contactId !== null && chat.kind === 'private',
  }).data
  const others = all?.filter((c) => c.kind === 'private' && c.canWrite && c.account) ?? []
  if (!contactId || others.length < 2) return null
  return (
    <div className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-xs text-subtle">
      <span className="shrink-0">{t('sendFrom')}</span>
      <Select
        size="sm"
        className="w-auto"
        aria-label={t('sendFrom')}
        value={chat.id}
        options={others.map((c) => ({ value: c.id, label: c.account?.name ?? '' }))}
        onValueChange={(id) => {
          rememberSender(contactId, id)
          void navigate({ to: '/inbox/$chatId', params: { chatId: id }, search: (s) => ({ ...s, at: undefined }) })
        }}
      />
    </div>
  )
}
