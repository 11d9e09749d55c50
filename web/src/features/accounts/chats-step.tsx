import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Notice } from '@/shared/ui/notice'
import { api, keys } from './api'
import { ChatPicker, type Span } from './chat-picker'
import type { Flow } from './connect-flow'
import type { Account } from './types'

type StepProps = Flow & { form: string; account: Account; onStarted: (some: boolean) => void }
/** The last step: which chats, and how far back. */
export function ChatsStep({ form, account, refused, attempt, clear, onStarted }: StepProps) {
  const { t } = useTranslation('accounts')
  const qc = useQueryClient()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [days, setDays] = useState<Span>(30)
  const [tried, setTried] = useState(false)
  return (
    <form
      id={form}
      onSubmit={(e) => {
        e.preventDefault()
        setTried(true)
        if (selected.size === 0) return
        void attempt(async () => {
          await api.chooseChats(account.id, [...selected], days)
          await api.sync(account.id, 'start')
          void qc.invalidateQueries({ queryKey: keys.one(account.id) })
          onStarted(true)
        })
      }}
      className="flex flex-col gap-3"
    >
      <ChatPicker
        id={account.id}
        selected={selected}
        onSelected={(next) => {
          clear()
          setSelected(next)
        }}
        days={days}
        onDays={setDays}
      />
      <div role="alert" className="empty:hidden">
        {(refused['chats'] || (tried && selected.size === 0)) && (
          <Notice kind="warning">{refused['chats'] ?? t('chats.chooseOne')}</Notice>
        )}
      </div>
    </form>
  )
}
