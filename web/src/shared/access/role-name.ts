import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

const BUILT_IN = ['owner', 'admin', 'manager', 'agent', 'viewer', 'auditor'] as const
export type BuiltIn = (typeof BUILT_IN)[number]
export const isBuiltIn = (key: string): key is BuiltIn => (BUILT_IN as readonly string[]).includes(key)

/** A role as others mention it: a word of the app, or the id of one that the organization made. */
export type RoleRef = { key: string; name: string | null }

/** What a role is called. Those of the app have their names in the texts of the shell. */
export function useRoleName() {
  const { t } = useTranslation('shell')
  return useCallback(
    (role: RoleRef | string) => {
      const { key, name } = typeof role === 'string' ? { key: role, name: null } : role
      return name ?? (isBuiltIn(key) ? t(`role.${key}`) : key)
    },
    [t],
  )
}
