import { useQueryClient } from '@tanstack/react-query'
import { Split } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatPart } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { split } from './merge'
import type { Chat } from './types'

/** What a merged chat is made of, and the way apart again. */
export default function PartsBlock({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const qc = useQueryClient()
  const mayWrite = useCan('messaging.chats.write')
  const [busy, setBusy] = useState<string | null>(null)
  const { parts } = chat
  if (parts.length === 0) return null
  const take = async (part: ChatPart) => {
    setBusy(part.id)
    await split(qc, part.id, chat.id)
    setBusy(null)
  }
  return (
    <section aria-label={t('parts')} className="flex flex-col gap-1.5">
      <h3 className="flex h-7 items-center text-xs font-medium text-subtle">{t('parts')}</h3>
      <ul className="flex flex-col gap-1.5">
        {parts.map((p) => (
          <li key={p.id} className="flex items-center gap-2 rounded-lg bg-card px-2.5 py-2 shadow-card">
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{p.title}</span>
              <span className="block truncate text-xs text-subtle">
                {p.account?.name ?? t(`channel.${p.channel === 'telegram' ? 'telegram' : 'api'}`)}
              </span>
            </span>
            {mayWrite && (
              <Button
                size="xs"
                variant="ghost"
                busy={busy === p.id}
                aria-label={t('split.one', { name: p.title })}
                onClick={() => void take(p)}
              >
                <Split size={13} aria-hidden />
                {t('split.action')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
