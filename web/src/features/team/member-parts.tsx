import { MoreHorizontal, ShieldCheck, ShieldOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { IconButton } from '@/shared/ui/icon-button'
import { tipProps } from '@/shared/ui/tooltip'
import type { OnMember } from './members-tab'
import { isLocked, isSuspended, roleTone } from './model'
import type { Member } from './types'

/** The name opens what they may do; all else of the row is behind its menu. */
export function MemberName({ member: m, onMember }: { member: Member; onMember: OnMember }) {
  const { t } = useTranslation('team')
  const { user } = useSession()
  return (
    <div className="flex min-w-0 items-center gap-2">
      <button
        type="button"
        data-member
        onClick={(e) => onMember(m, 'access', e.currentTarget)}
        className="min-w-0 truncate text-left text-sm font-medium outline-none after:absolute after:inset-0 after:outline-offset-[-2px] focus-visible:after:outline-2"
      >
        {m.name}
      </button>
      {m.id === user.id && <span className="shrink-0 text-xs text-subtle">{t('members.you')}</span>}
      {isSuspended(m) ? (
        <Badge tone="red" dot className="shrink-0">
          {t('members.off')}
        </Badge>
      ) : (
        isLocked(m) && (
          <Badge tone="amber" dot className="shrink-0">
            {t('members.locked')}
          </Badge>
        )
      )}
    </div>
  )
}

export function RoleBadges({ member }: { member: Pick<Member, 'roles'> }) {
  const roleName = useRoleName()
  return (
    <span className="flex min-w-0 flex-wrap gap-1">
      {member.roles.map((r) => (
        <Badge key={r.key} tone={roleTone(r)}>
          {roleName(r)}
        </Badge>
      ))}
    </span>
  )
}

export function Seen({ at }: { at: string | null }) {
  const { t } = useTranslation('team')
  const { ago, dateTime } = useFormat()
  if (!at) return <span className="text-subtle">{t('members.never')}</span>
  return (
    <time dateTime={at} title={dateTime(at)} className="whitespace-nowrap">
      {ago(at)}
    </time>
  )
}

/** Three numbers; in words for those who hear them and for who points at them. */
export function LoadOf({ load }: Pick<Member, 'load'>) {
  const { t } = useTranslation('team')
  const { num, list } = useFormat()
  if (!load) return null
  const words = (['clients', 'deals', 'chats'] as const).map((k) => t(`load.${k}`, { count: load[k] }))
  return (
    <span {...tipProps({ label: list(words) })} className="tabular relative z-1 whitespace-nowrap">
      <span aria-hidden>{[load.clients, load.deals, load.chats].map(num).join(' · ')}</span>
      <span className="sr-only">{list(words)}</span>
    </span>
  )
}

export function Factor({ on }: { on: boolean }) {
  const { t } = useTranslation('team')
  const label = t(on ? 'members.factorOn' : 'members.factorOff')
  const Icon = on ? ShieldCheck : ShieldOff
  return (
    <span {...tipProps({ label })} className="relative z-1">
      <Icon size={16} strokeWidth={1.75} aria-hidden className={on ? 'text-success' : 'text-faint'} />
      <span className="sr-only">{label}</span>
    </span>
  )
}

export function MenuButton({ member, onMember }: { member: Member; onMember: OnMember }) {
  const { t } = useTranslation('team')
  return (
    <IconButton
      label={t('members.menu', { name: member.name })}
      tip={false}
      aria-haspopup="menu"
      onClick={(e) => onMember(member, 'menu', e.currentTarget)}
      className="relative z-1 any-pointer-coarse:size-10!"
    >
      <MoreHorizontal size={16} />
    </IconButton>
  )
}
