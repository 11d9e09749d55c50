import { useVirtualizer } from '@tanstack/react-virtual'
import { Bot, ChevronDown, type LucideIcon, Megaphone, User, UserRoundSearch, Users } from 'lucide-react'
import { memo, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FoundChat } from '@/api/gen/types.gen'
import { findRecords } from '@/shared/fields/find'
import { useRecordName } from '@/shared/fields/names'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Checkbox } from '@/shared/ui/checkbox'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import type { Option } from '@/shared/ui/select'
import { type Draft, hasPerson, type Kind, kindOf, type Named, personOf } from './model'

const ICONS: Record<Kind, LucideIcon> = {
  private: User,
  bot: Bot,
  group: Users,
  supergroup: Users,
  channel: Megaphone,
}
const ROW_PX = 60
const NOBODY = '\u0000nobody'

type RowsProps = {
  chats: readonly FoundChat[]
  draft: Draft
  onToggle: (id: string, on: boolean) => void
  onPerson: (id: string, person: Named | null) => void
}
/** Thousands of chats: only those in sight are there. */
export function ChatRows({ chats, draft, onToggle, onPerson }: RowsProps) {
  const { t } = useTranslation('history')
  const [el, setEl] = useState<HTMLDivElement | null>(null)
  const v = useVirtualizer({
    count: chats.length,
    getScrollElement: () => el,
    estimateSize: () => ROW_PX,
    getItemKey: (i) => chats[i]?.id ?? i,
    overscan: 6,
  })
  return (
    <div ref={setEl} className="overflow-y-auto" style={{ maxHeight: 'max(320px, 52dvh)' }}>
      <ul aria-label={t('choose.chats')} className="relative" style={{ height: v.getTotalSize() }}>
        {v.getVirtualItems().map((it) => {
          const chat = chats[it.index]
          if (!chat) return null
          return (
            <li
              key={chat.id}
              ref={v.measureElement}
              data-index={it.index}
              className="absolute inset-x-0 top-0 border-b border-line-soft"
              style={{ transform: `translateY(${it.start}px)` }}
            >
              <Row
                chat={chat}
                on={draft.chosen.has(chat.id)}
                person={personOf(draft, chat)}
                onToggle={onToggle}
                onPerson={onPerson}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

type RowProps = { chat: FoundChat; on: boolean; person: Named | null } & Pick<RowsProps, 'onToggle' | 'onPerson'>
const Row = memo(function Row({ chat, on, person, onToggle, onPerson }: RowProps) {
  const { t } = useTranslation('history')
  const { day } = useFormat()
  const kind = kindOf(chat)
  const Icon = ICONS[kind]
  const span = [chat.from, chat.to].flatMap((at) => (at ? [day(at)] : []))
  const facts = [
    t(`kind.${kind}`),
    t('choose.messages', { count: chat.messages }),
    [...new Set(span)].join(' – '),
    kind !== 'private' && chat.people > 0 && t('choose.people', { count: chat.people }),
  ].filter(Boolean)
  return (
    <div className={cn('flex flex-wrap items-center gap-x-3 px-4 py-2 hover:bg-row-hover', on && 'bg-row-selected')}>
      <label htmlFor={`chat-${chat.id}`} className="flex min-h-11 min-w-0 flex-1 basis-48 items-center gap-3">
        <Checkbox id={`chat-${chat.id}`} checked={on} onCheckedChange={(value) => onToggle(chat.id, value)} />
        <Icon size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{chat.title || t('choose.untitled')}</span>
          <span className="tabular block truncate text-xs text-subtle">{facts.join(' · ')}</span>
        </span>
      </label>
      {hasPerson(chat) && <Person chat={chat} person={person} disabled={!on} onPerson={onPerson} />}
    </div>
  )
})

const face = (o: Option): Option => ({ ...o, icon: <Avatar name={o.label} size={18} /> })

type PersonProps = Pick<RowProps, 'chat' | 'person' | 'onPerson'> & { disabled: boolean }
/** The contact a chat is with: what was found, another one, or nobody. */
function Person({ chat, person, disabled, onPerson }: PersonProps) {
  const { t } = useTranslation('history')
  const may = useCan('crm.contacts.read')
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const asked = useRecordName('contact', may && person && !person.name ? person.id : '').data
  const name = person ? (person.name ?? asked ?? t('choose.contact')) : null
  const load = useCallback(
    async (q: string, signal: AbortSignal) => (await findRecords('contact', q, signal)).map(face),
    [],
  )
  if (!may) return null
  return (
    <>
      <button
        type="button"
        disabled={disabled}
        aria-haspopup="dialog"
        aria-label={t('choose.personOf', { chat: chat.title, name: name ?? t('choose.nobody') })}
        onClick={(e) => setAnchor(e.currentTarget)}
        className="flex h-8 max-w-full min-w-0 items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover disabled:opacity-50 any-pointer-coarse:h-10"
        style={{ width: 224 }}
      >
        {name ? (
          <>
            <Avatar name={name} size={18} />
            <span className="min-w-0 flex-1 truncate">{name}</span>
          </>
        ) : (
          <>
            <UserRoundSearch size={15} strokeWidth={1.75} aria-hidden className="shrink-0 text-subtle" />
            <span className="min-w-0 flex-1 truncate text-subtle">{t('choose.match')}</span>
          </>
        )}
        <ChevronDown size={14} aria-hidden className="shrink-0 text-faint" />
      </button>
      {anchor && (
        <Popover
          open
          onOpenChange={(o) => !o && setAnchor(null)}
          anchor={anchor}
          align="end"
          label={t('choose.match')}
          bare
          finalFocus={() => (anchor.isConnected ? anchor : null)}
        >
          <PickList
            className="w-72"
            label={t('choose.match')}
            value={person && name ? [face({ value: person.id, label: name })] : []}
            load={load}
            lead={[{ value: NOBODY, label: t('choose.nobody') }]}
            onPick={(o) => {
              onPerson(chat.id, o.value === NOBODY ? null : { id: o.value, name: o.label })
              setAnchor(null)
            }}
          />
        </Popover>
      )}
    </>
  )
}
