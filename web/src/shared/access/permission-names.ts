import { useTranslation } from 'react-i18next'
import { partsOf } from './permissions'

/** What permissions are called. One of a newer server is shown by its code rather than not at all. */
export function usePermissionNames() {
  const { t, i18n } = useTranslation('access')
  const or = (key: string, code: string) => (i18n.exists(`access:${key}`) ? t(key as 'permission.audit.read') : code)
  return {
    full: (permission: string) => or(`permission.${permission}`, permission),
    resource: (id: string) => or(`resource.${id}`, id),
    action: (action: string) => or(`action.${action}`, action),
    actionOf: (permission: string) => or(`action.${partsOf(permission).action}`, partsOf(permission).action),
  }
}
