import { useQuery, useQueryClient } from '@tanstack/react-query'
import { MessagesSquare, Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { type AccountChanges, api, keys, syncChatsOptions, syncOptions } from './api'
import { ChatPicker, type Span } from './chat-picker'
import { SyncBar, SyncChats } from './sync-progress'
import type { Account, SyncChat } from './types'

type TabProps = { account: Account; changes: AccountChanges; writable: boolean }
/** Which chats are read in, and how far that is. */
export default function ChatsTab({ account, changes, writable }: TabProps) {
  const { t } = useTranslation('accounts')
  const status = useQuery(syncOptions(account.id)).data
  const q = useQuery(syncChatsOptions(account.id))
  const [choosing, setChoosing] = useState(false)
  const chats = q.data ?? []
  const change = writable && (
    <Button size="md" onClick={() => setChoosing(true)}>
      {t('chats.change')}
    </Button>
  )
  if (choosing) return <Choose account={account} chats={chats} changes={changes} onClose={() => setChoosing(false)} />
  return (
    <Section
      title={t('chats.title')}
      text={t('chats.text')}
      flush
      actions={
        chats.length > 0 && (
          <span className="flex flex-wrap gap-1.5">
            {writable && status?.state === 'running' && (
              <Button size="md" onClick={() => void changes.sync(account.id, 'pause')}>
                <Pause size={14} aria-hidden />
                {t('sync.pause')}
              </Button>
            )}
            {writable && status?.state === 'paused' && (
              <Button size="md" onClick={() => void changes.sync(account.id, 'resume')}>
                <Play size={14} aria-hidden />
                {t('sync.resume')}
              </Button>
            )}
            {change}
          </span>
        )
      }
    >
      {status && status.state !== 'idle' && chats.length > 0 && (
        <div className="px-4 pb-4 md:px-5">
          <SyncBar status={status} />
        </div>
      )}
      {q.isPending ? (
        <div className="p-4">
          <Skeleton className="h-28" />
        </div>
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : chats.length === 0 ? (
        <EmptyState
          icon={MessagesSquare}
          title={t('chats.empty')}
          text={t('chats.emptyText')}
          actions={change}
          className="border-t border-line-soft"
        />
      ) : (
        <SyncChats chats={chats} />
      )}
    </Section>
  )
}

type ChooseProps = { account: Account; chats: readonly SyncChat[]; changes: AccountChanges; onClose: () => void }
function Choose({ account, chats, changes, onClose }: ChooseProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set(chats.map((c) => c.chatId)))
  const [days, setDays] = useState<Span>(30)
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      await api.chooseChats(account.id, [...selected], days)
      if (selected.size > 0) await changes.sync(account.id, 'start')
      void qc.invalidateQueries({ queryKey: keys.one(account.id) })
      onClose()
    } catch (e) {
      toast.error(t('notSaved'), e)
      setBusy(false)
    }
  }
  const dropped = chats.filter((c) => !selected.has(c.chatId)).length
  return (
    <Section title={t('chats.choose')} text={t('chats.text')}>
      <ChatPicker id={account.id} selected={selected} onSelected={setSelected} days={days} onDays={setDays} />
      {dropped > 0 && <p className="mt-3 text-sm text-warning">{t('chats.dropped', { count: dropped })}</p>}
      <div className="mt-4 flex justify-end gap-2">
        <Button size="md" onClick={onClose}>
          {tc('action.cancel')}
        </Button>
        <Button size="md" variant="primary" busy={busy} onClick={() => void save()}>
          {t('chats.save')}
        </Button>
      </div>
    </Section>
  )
}
