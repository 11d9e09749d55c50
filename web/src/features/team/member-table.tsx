import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '@/shared/ui/avatar'
import { Factor, LoadOf, MemberName, MenuButton, RoleBadges, Seen } from './member-parts'
import type { OnMember } from './members-tab'
import type { Member } from './types'

const COLUMNS = ['name', 'roles', 'teams', 'seen', 'load', 'factor'] as const
/** In one place: the skeleton has the same columns. */
export const WIDTHS = [undefined, '24%', '16%', 128, 128, 56, 48] as const

type TableProps = { members: readonly Member[]; onMember: OnMember }
export function MemberTable({ members, onMember }: TableProps) {
  const { t } = useTranslation('team')
  return (
    <table className="w-full table-fixed text-sm">
      <caption className="sr-only">{t('members.list')}</caption>
      <Columns />
      <thead>
        <tr className="h-[34px] border-b border-line text-left text-xs text-subtle">
          {COLUMNS.map((c) => (
            <th key={c} scope="col" className="truncate px-3 font-medium first:pl-4">
              {c === 'factor' ? <span className="sr-only">{t('members.factor')}</span> : t(`members.${c}`)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {members.map((m) => (
          <Row key={m.id} member={m} onMember={onMember} />
        ))}
      </tbody>
    </table>
  )
}
export const Columns = () => (
  <colgroup>
    {WIDTHS.map((width, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
      <col key={i} style={{ width }} />
    ))}
  </colgroup>
)

const Row = memo(function Row({ member: m, onMember }: { member: Member; onMember: OnMember }) {
  return (
    <tr className="relative border-b border-line-soft last:border-0 hover:bg-row-hover">
      <th scope="row" className="max-w-0 py-2 pr-3 pl-4 text-left font-normal">
        <div className="flex items-center gap-3">
          <Avatar name={m.name} size={32} />
          <div className="min-w-0 flex-1">
            <MemberName member={m} onMember={onMember} />
            <div className="truncate text-xs text-subtle">{m.email}</div>
          </div>
        </div>
      </th>
      <td className="px-3 py-2">
        <RoleBadges member={m} />
      </td>
      <td className="truncate px-3 text-muted">{m.teams.map((x) => x.name).join(', ')}</td>
      <td className="truncate px-3 text-muted">
        <Seen at={m.lastSeenAt} />
      </td>
      <td className="px-3 text-muted">
        <LoadOf load={m.load} />
      </td>
      <td className="px-3">
        <Factor on={m.secondFactor} />
      </td>
      <td className="px-2">
        <MenuButton member={m} onMember={onMember} />
      </td>
    </tr>
  )
})
