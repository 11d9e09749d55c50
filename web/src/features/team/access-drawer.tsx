import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usePermissionNames } from '@/shared/access/permission-names'
import { areasOf } from '@/shared/access/permissions'
import { useRoleName } from '@/shared/access/role-name'
import { REACHES } from '@/shared/access/roles'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Drawer } from '@/shared/ui/drawer'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { accessOptions } from './api'
import { RoleBadges } from './member-parts'
import { mayView, roleTone } from './model'
import type { Access, Member } from './types'
import { useActor } from './use-actor'

type DrawerProps = { member: Member; onView: () => void; onClose: () => void }
/** What somebody may do, how far it reaches, and because of which role. */
export default function AccessDrawer({ member, onView, onClose }: DrawerProps) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const actor = useActor()
  const access = useQuery(accessOptions(member.id))
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('access.title', { name: member.name })}
      description={member.email}
      reading
    >
      {mayView(actor, member) && (
        <Button size="md" onClick={onView} className="mb-4 self-start">
          <Eye size={15} aria-hidden />
          {t('members.viewAs')}
        </Button>
      )}
      {access.data ? (
        <Explained access={access.data} />
      ) : access.error ? (
        <ErrorState error={access.error} onRetry={() => void access.refetch()} busy={access.isFetching} />
      ) : (
        <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3">
          <Skeleton className="h-5 w-24" />
          <Skeleton className="h-40 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
      )}
    </Drawer>
  )
}

function Explained({ access }: { access: Access }) {
  const { t } = useTranslation('team')
  const { t: ta } = useTranslation('access')
  const names = usePermissionNames()
  const from = new Map(access.permissions.map((p) => [p.permission, p.from]))
  return (
    <div className="flex flex-col gap-5">
      <RoleBadges member={access} />
      <section>
        <h3 className="mb-2 text-sm font-semibold">{t('access.reach')}</h3>
        <dl className="flex flex-col gap-2 text-sm">
          {REACHES.map((r) => (
            <div key={r} className="flex items-start gap-3">
              <dt className="w-28 shrink-0 text-muted">{ta(`area.${r}`)}</dt>
              <dd className="min-w-0 flex-1">
                {ta(`levelText.${access.reach[r].level}`)}
                <From keys={access.reach[r].from} access={access} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3 className="mb-2 text-sm font-semibold">{t('access.teammates')}</h3>
        {access.teammates.length > 0 ? (
          <ul className="flex flex-wrap gap-2 text-sm">
            {access.teammates.map((m) => (
              <li key={m.id} className="flex min-w-0 items-center gap-1.5">
                <Avatar name={m.name} size={20} />
                <span className="truncate">{m.name}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-sm text-subtle">{t('access.noTeammates')}</p>
        )}
      </section>
      <section>
        <h3 className="mb-2 text-sm font-semibold">{t('access.permissions')}</h3>
        {access.permissions.length === 0 && <p className="text-sm text-subtle">{t('access.none')}</p>}
        {areasOf([...from.keys()]).map((area) => (
          <div key={area.id} className="mb-3">
            <h4 className="mb-1 text-xs font-medium text-subtle">{ta(`area.${area.id}`)}</h4>
            <ul className="rounded-lg shadow-card">
              {area.resources
                .flatMap((r) => r.actions.map((a) => `${r.id}.${a}`))
                .map((p) => (
                  <li
                    key={p}
                    className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line-soft px-3 py-2 text-sm last:border-0"
                  >
                    <span className="min-w-0 flex-1">{names.full(p)}</span>
                    <From keys={from.get(p) ?? []} access={access} />
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </section>
    </div>
  )
}

/** The roles that it comes from. */
function From({ keys, access }: { keys: readonly string[]; access: Access }) {
  const { t } = useTranslation('team')
  const { list } = useFormat()
  const roleName = useRoleName()
  const roles = keys.map((key) => access.roles.find((r) => r.key === key) ?? { key, name: null })
  return (
    <span className="flex flex-wrap gap-1">
      <span className="sr-only">{t('access.because', { roles: list(roles.map(roleName)) })}</span>
      {roles.map((r) => (
        <Badge key={r.key} tone={roleTone(r)}>
          <span aria-hidden>{roleName(r)}</span>
        </Badge>
      ))}
    </span>
  )
}
