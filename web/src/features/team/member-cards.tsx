import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '@/shared/ui/avatar'
import { Factor, LoadOf, MemberName, MenuButton, RoleBadges, Seen } from './member-parts'
import type { OnMember } from './members-tab'
import type { Member } from './types'

/** The same on a phone. */
export function MemberCards({ members, onMember }: { members: readonly Member[]; onMember: OnMember }) {
  const { t } = useTranslation('team')
  return (
    <ul aria-label={t('members.list')}>
      {members.map((m) => (
        <Card key={m.id} member={m} onMember={onMember} />
      ))}
    </ul>
  )
}

const Card = memo(function Card({ member: m, onMember }: { member: Member; onMember: OnMember }) {
  return (
    <li className="relative flex items-start gap-3 border-b border-line-soft py-3 pr-2 pl-4">
      <Avatar name={m.name} size={40} />
      <div className="min-w-0 flex-1">
        <MemberName member={m} onMember={onMember} />
        <div className="truncate text-xs text-subtle">{m.email}</div>
        <div className="mt-1.5">
          <RoleBadges member={m} />
        </div>
        {m.teams.length > 0 && (
          <div className="mt-1.5 truncate text-xs text-muted">{m.teams.map((x) => x.name).join(', ')}</div>
        )}
        <div className="mt-1.5 flex flex-wrap items-center gap-2 text-xs text-subtle">
          <Factor on={m.secondFactor} />
          <Seen at={m.lastSeenAt} />
          <span aria-hidden>·</span>
          <LoadOf load={m.load} />
        </div>
      </div>
      <MenuButton member={m} onMember={onMember} />
    </li>
  )
})
