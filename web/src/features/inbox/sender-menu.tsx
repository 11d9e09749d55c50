import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Chevron } from '@/shared/ui/icons'
import { Menu, MenuContent, MenuLabel, MenuRadio, MenuRadioGroup, MenuTrigger } from '@/shared/ui/menu'
import { chatsOfOptions } from './api'
import { rememberSender } from './sender'
import type { Chat } from './types'

/**
 * Through which account: another one is another conversation with the same person. The choice stays with the person.
 */
export function SenderMenu({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const navigate = useNavigate()
  const { contactId } = chat
  const all = useQuery({
    ...chatsOfOptions(contactId ?? ''),
    enabled: contactId !== null && chat.kind === 'private',
  }).data
  const others = all?.filter((c) => c.kind === 'private' && c.canWrite && c.account) ?? []
  if (!chat.account) return null
  const via = t('via', { name: chat.account.name })
  if (!contactId || others.length < 2) return via
  const choose = (id: string) => {
    rememberSender(contactId, id)
    void navigate({ to: '/inbox/$chatId', params: { chatId: id }, search: (s) => ({ ...s, at: undefined }) })
  }
  return (
    <Menu>
      <MenuTrigger
        render={
          <button type="button" className="inline-flex max-w-full items-center gap-1 rounded-xs hover:text-fg">
            <span className="truncate">{via}</span>
            <Chevron />
          </button>
        }
      />
      <MenuContent>
        <MenuLabel>{t('sendFrom')}</MenuLabel>
        <MenuRadioGroup value={chat.id} onValueChange={(id) => choose(String(id))}>
          {others.map((c) => (
            <MenuRadio key={c.id} value={c.id}>
              {c.account?.name}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
