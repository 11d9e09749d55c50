import { useQueryClient } from '@tanstack/react-query'
import { Combine, Plus } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Notice } from '@/shared/ui/notice'
import { PickList } from '@/shared/ui/pick-list'
import type { Option } from '@/shared/ui/select'
import { ChannelBadge } from './chat-row'
import { findChats, merge } from './merge'
import { areTwo, placeOf } from './merge-model'
import { nameOf } from './model'
import type { Chat } from './types'

const WHAT = ['list', 'answers', 'own', 'back'] as const

/** Shows another chat as part of this one: which, and what that means. */
export default function MergeDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const seen = useRef(new Map<string, Chat>())
  const [part, setPart] = useState<Chat | null>(null)
  const [busy, setBusy] = useState(false)
  const channel = (c: Chat) => placeOf(c) ?? t(`channel.${c.channel}`)
  const optionOf = useCallback(
    (c: Chat): Option => ({
      value: c.id,
      label: nameOf(c),
      icon: <Avatar name={nameOf(c)} size={20} />,
      hint: placeOf(c) ?? t(`channel.${c.channel}`),
    }),
    [t],
  )
  const load = useCallback(
    async (text: string, signal: AbortSignal) => {
      const all = await findChats(qc, chat, text.trim(), signal)
      for (const c of all) seen.current.set(c.id, c)
      return all.map(optionOf)
    },
    [qc, chat, optionOf],
  )
  const run = async () => {
    if (!part) return
    setBusy(true)
    if (await merge(qc, chat, part)) onClose()
    else setBusy(false)
  }
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('merge.title', { name: nameOf(chat) })}
      description={t('merge.text')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" busy={busy} disabled={!part} onClick={() => void run()}>
            <Combine size={15} aria-hidden />
            {t('merge.action')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <PickList
          className="overflow-hidden rounded-lg shadow-card"
          label={t('merge.search')}
          value={part ? [optionOf(part)] : []}
          load={load}
          onPick={(o) => setPart(part?.id === o.value ? null : (seen.current.get(o.value) ?? null))}
        />
        {part && (
          <div role="status" className="flex flex-wrap items-center justify-center gap-3 rounded-lg bg-sunken p-3">
            <Face name={nameOf(chat)} place={channel(chat)} channel={chat.channel} />
            <Plus size={16} aria-hidden className="shrink-0 text-subtle" />
            <Face name={nameOf(part)} place={channel(part)} channel={part.channel} />
          </div>
        )}
        {part && areTwo(chat, part) && (
          <Notice kind="warning">{t('merge.two', { a: nameOf(chat), b: nameOf(part) })}</Notice>
        )}
        <ul className="flex list-disc flex-col gap-1 pl-4 text-sm text-muted">
          {WHAT.map((k) => (
            <li key={k}>{t(`merge.what.${k}`, { name: nameOf(chat) })}</li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}

function Face({ name, place, channel }: { name: string; place: string; channel: Chat['channel'] }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <span className="relative shrink-0">
        <Avatar name={name} size={32} />
        <ChannelBadge channel={channel} />
      </span>
      <span className="min-w-0">
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="block truncate text-xs text-subtle">{place}</span>
      </span>
    </span>
  )
}
