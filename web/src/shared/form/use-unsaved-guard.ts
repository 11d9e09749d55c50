import { useBlocker } from '@tanstack/react-router'
import { i18n } from '@/shared/i18n'
import { confirm } from '@/shared/ui/confirm'

/** Asks before a page with unsaved changes is left: by a link, a key, the back button or by closing the tab. */
export function useUnsavedGuard(dirty: boolean) {
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty,
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname) return false
      return !(await confirm({
        title: i18n.t('shell:unsaved.title'),
        description: i18n.t('shell:unsaved.text'),
        action: i18n.t('shell:unsaved.leave'),
        danger: true,
      }))
    },
  })
}
