import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { BuiltIn } from '@/shared/access/role-name'
import { type Reach, type RoleView, rolesOptions } from '@/shared/access/roles'
import { send } from '@/shared/api/call'
import { toast } from '@/shared/ui/toast'

/** With everything that the form shows. */
export type RoleInput = {
  name: string
  description: string | null
  base: Exclude<BuiltIn, 'owner'>
  permissions: string[]
  reach: Reach
}

/** Changes of roles. They throw what the server refused: the form says it where it belongs. */
export function useRoleChanges() {
  const { t } = useTranslation('access')
  const qc = useQueryClient()
  const put = (how: (all: RoleView[]) => RoleView[]) =>
    qc.setQueryData(rolesOptions().queryKey, (all) => all && how(all))
  const refresh = () => {
    void qc.invalidateQueries({ queryKey: rolesOptions().queryKey })
    void qc.invalidateQueries({ queryKey: ['team-members'] })
    void qc.invalidateQueries({ queryKey: ['team-member-access'] })
    void qc.invalidateQueries({ queryKey: ['session'] }) // one's own rights may be others now
  }
  return {
    create: async (body: RoleInput) => {
      const made = await send<RoleView>('POST', '/api/roles', body)
      put((all) => [...all, made])
      toast.success(t('roles.created', { name: body.name }))
      refresh()
      return made
    },
    save: async (role: RoleView, body: RoleInput) => {
      const saved = await send<RoleView>('PATCH', `/api/roles/${role.key}`, { ...body, version: role.version })
      put((all) => all.map((r) => (r.key === saved.key ? saved : r)))
      toast.success(t('roles.saved', { name: body.name }))
      refresh()
      return saved
    },
    remove: async (role: RoleView, replacement: string | null) => {
      await send('DELETE', `/api/roles/${role.key}`, undefined, { replacement })
      put((all) => all.filter((r) => r.key !== role.key))
      toast.success(t('roles.deleted', { name: role.name ?? '' }))
      refresh()
    },
    /** As the server has it now: after somebody else was first. */
    again: () => qc.fetchQuery({ ...rolesOptions(), staleTime: 0 }),
  }
}
export type RoleChanges = ReturnType<typeof useRoleChanges>
