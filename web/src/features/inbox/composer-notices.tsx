import { Link } from '@tanstack/react-router'
import {
  Hand,
  Hourglass,
  type LucideIcon,
  MessageSquareMore,
  MoonStar,
  PauseCircle,
  ShieldAlert,
  UserPlus,
  Users,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { useCountdown } from '@/shared/lib/use-countdown'
import { usePresent } from '@/shared/live/presence'
import { useTyping } from '@/shared/live/typing'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import type { Tone } from '@/shared/ui/tone'
import { isTheirs } from './model'
import type { Chat, ChatAccount } from './types'
import type { Warning } from './waiting'

function Line({ icon: Icon, tone, children }: { icon: LucideIcon; tone: Tone; children: ReactNode }) {
  return (
    <p data-tone={tone} className="flex items-center gap-1.5 rounded-md bg-tone px-2.5 py-1.5 text-xs text-tone-fg">
      <Icon size={13} aria-hidden className="shrink-0" />
      <span className="min-w-0">{children}</span>
    </p>
  )
}

/** They write to us, right now: good news, no warning. */
export function TheyWrite({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const { list } = useFormat()
  const theirs = useTyping(`chat:${chat.id}`).filter((p) => isTheirs(chat, p.id))
  return (
    <div role="status" className="empty:hidden">
      {theirs.length > 0 && (
        <p className="flex items-center gap-1.5 px-2.5 py-1.5 text-xs text-subtle">
          <MessageSquareMore size={13} aria-hidden className="shrink-0" />
          <span className="min-w-0 truncate">
            {t('typing', { names: list(theirs.map((p) => p.name)), count: theirs.length })}
          </span>
        </p>
      )}
    </div>
  )
}

/** Somebody else of us is answering here, right now. */
export function Collision({ chat }: { chat: Chat }) {
  const { t } = useTranslation('inbox')
  const { list } = useFormat()
  const typing = useTyping(`chat:${chat.id}`).filter((p) => !isTheirs(chat, p.id))
  const editing = usePresent(`chat:${chat.id}`).filter((p) => p.editing)
  const people = typing.length > 0 ? typing : editing
  return (
    <div role="status" className="empty:hidden">
      {people.length > 0 && (
        <Line icon={Users} tone="amber">
          {t(typing.length > 0 ? 'typing' : 'replying', {
            names: list(people.map((p) => p.name)),
            count: people.length,
          })}
        </Line>
      )}
    </div>
  )
}

export function WarningLine({ warning }: { warning: Warning }) {
  const { t } = useTranslation('inbox')
  const until = warning.kind === 'flood' ? Date.parse(warning.until) : null
  const left = useCountdown(until === null ? undefined : Math.ceil((until - Date.now()) / 1000), until)
  switch (warning.kind) {
    case 'quiet':
      return (
        <Line icon={MoonStar} tone="violet">
          {t('warning.quiet', { time: warning.from })}
        </Line>
      )
    case 'flood':
      return (
        <Line icon={Hourglass} tone="amber">
          {t('warning.flood')} <span className="tabular font-medium">{clock(left)}</span>
        </Line>
      )
    case 'first':
      return (
        <Line icon={UserPlus} tone={warning.left > 0 ? 'blue' : 'amber'}>
          {t(warning.left > 0 ? 'warning.first' : 'warning.firstUsedUp', { count: warning.left })}
        </Line>
      )
    case 'restricted':
      return (
        <Line icon={ShieldAlert} tone="red">
          {t('warning.restricted')}
        </Line>
      )
    case 'repliesOnly':
      return (
        <Line icon={Hand} tone="amber">
          {t('warning.repliesOnly')}
        </Line>
      )
    case 'paused':
      return (
        <Line icon={PauseCircle} tone="amber">
          {t('warning.paused')}
        </Line>
      )
  }
}

/** In place of the composer: why nobody can write here, and the way out. */
export function CannotWrite({ chat, account }: { chat: Chat; account: ChatAccount | undefined }) {
  const { t } = useTranslation('inbox')
  const maySee = useCan('bd.accounts.read')
  const lost = account !== undefined && !account.isConnected
  return (
    <Notice
      kind={lost ? 'warning' : 'info'}
      title={t(lost ? 'cannot.disconnected' : 'cannot.title', { name: account?.name ?? '' })}
      actions={
        lost &&
        maySee && (
          <Link to="/accounts/$id" params={{ id: account.id }} className={buttonCls('secondary', 'md')}>
            {t('cannot.reconnect')}
          </Link>
        )
      }
    >
      {account?.statusText ?? chat.readOnlyBecause ?? t('cannot.text')}
    </Notice>
  )
}
