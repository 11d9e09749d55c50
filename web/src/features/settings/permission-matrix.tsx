import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { listPermissionsOptions } from '@/api/gen/@tanstack/react-query.gen'
import type { PermissionList, Role } from '@/api/gen/types.gen'
import { useRoleName } from '@/shared/access/role-name'
import { cn } from '@/shared/lib/cn'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { groupPermissions, type PermissionGroup } from './permissions'

const ROLES: readonly Role[] = ['owner', 'admin', 'manager', 'agent', 'viewer']

export function PermissionMatrix() {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const permissions = useQuery({ ...listPermissionsOptions(), staleTime: 5 * 60_000 })
  return (
    <Section title={t('permissions.title')} text={t('permissions.text')} flush>
      {permissions.data ? (
        <Matrix data={permissions.data} />
      ) : permissions.error ? (
        <ErrorState
          error={permissions.error}
          onRetry={() => void permissions.refetch()}
          busy={permissions.isFetching}
        />
      ) : (
        <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3.5 p-5">
          {['w-2/3', 'w-1/2', 'w-3/5', 'w-2/5', 'w-1/2'].map((w, i) => (
            <Skeleton key={`${w}${i > 2 ? 'b' : ''}`} className={`h-3.5 ${w}`} />
          ))}
        </div>
      )}
    </Section>
  )
}

const first = 'sticky left-0 z-1 bg-card px-4 text-left md:px-5'

function Matrix({ data }: { data: PermissionList }) {
  const { t } = useTranslation('settings')
  const roleName = useRoleName()
  return (
    <section
      aria-label={t('permissions.title')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls sideways on a phone, also from the keyboard
      tabIndex={0}
      className="overflow-x-auto outline-offset-[-2px]"
    >
      <table className="w-full min-w-[600px] text-sm">
        <caption className="sr-only">{t('permissions.text')}</caption>
        <thead>
          <tr className="border-y border-line text-xs">
            <th scope="col" className={cn(first, 'h-9 font-medium text-subtle')}>
              {t('permissions.permission')}
            </th>
            {ROLES.map((r) => (
              <th
                key={r}
                scope="col"
                className={cn('px-2 font-medium', mine(r, data) ? 'text-accent-text' : 'text-muted')}
              >
                {roleName(r)}
                {r === data.role && <span className="sr-only"> ({t('permissions.yours')})</span>}
              </th>
            ))}
          </tr>
        </thead>
        {groupPermissions(data.matrix).map((g) => (
          <Group key={g.id} group={g} data={data} />
        ))}
      </table>
    </section>
  )
}
const mine = (r: Role, data: PermissionList) => r === data.role

function Group({ group, data }: { group: PermissionGroup; data: PermissionList }) {
  const { t, i18n } = useTranslation('settings')
  // A permission of a newer server is shown by its code rather than not at all.
  const name = (kind: 'permission' | 'permissionGroup', code: string) =>
    i18n.exists(`settings:${kind}.${code}`) ? t(`${kind}.${code}` as 'permission.org.settings.write') : code
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={ROLES.length + 1} className="px-4 pt-4 pb-1 text-left font-semibold md:px-5">
          {name('permissionGroup', group.id)}
        </th>
      </tr>
      {group.rows.map((row) => (
        <tr key={row.permission} className="border-b border-line-soft last:border-0">
          <th scope="row" title={row.permission} className={cn(first, 'h-9 py-1.5 font-normal text-muted')}>
            {name('permission', row.permission)}
          </th>
          {ROLES.map((r) => (
            <td key={r} className={cn('px-2 text-center', mine(r, data) && 'bg-row-selected')}>
              {row.roles.includes(r) ? (
                <>
                  <Check size={15} strokeWidth={2.25} aria-hidden className="mx-auto text-success" />
                  <span className="sr-only">{t('permissions.yes')}</span>
                </>
              ) : (
                <>
                  <span aria-hidden className="text-faint">
                    –
                  </span>
                  <span className="sr-only">{t('permissions.no')}</span>
                </>
              )}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
