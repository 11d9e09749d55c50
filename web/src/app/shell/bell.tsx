import { useQuery } from '@tanstack/react-query'
import { Bell as Icon } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { countOptions, MOST } from '@/features/notifications/count'
import { useKey } from '@/shared/commands/keys'
import { setTitleCount } from '@/shared/lib/use-title'
import { Button } from '@/shared/ui/button'
import { tipProps } from '@/shared/ui/tooltip'
import { hide, show, useShell } from './overlays'

/** A press on the bell closes the panel already, as any press beside it does. */
const SAME_PRESS_MS = 250
let closedAt = 0
export function closePanel() {
  closedAt = performance.now()
  hide('notifications')
}

/** How much is new, and the way to it. The panel is a chunk of its own. */
export function Bell() {
  const { t } = useTranslation('shell')
  const unread = useQuery(countOptions()).data?.unread ?? 0
  const open = useShell((s) => s.open === 'notifications')
  const way = [useKey('go'), useKey('go.notifications')]
  const label = unread > 0 ? t('bell.unread', { count: unread }) : t('nav.notifications')
  return (
    <Button
      variant="ghost"
      size="icon-lg"
      aria-label={label}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-bell=""
      data-popup-open={open ? '' : undefined}
      {...tipProps({ label: t('nav.notifications'), keys: way.every(Boolean) ? way.join(' ') : undefined })}
      onClick={() => (performance.now() - closedAt > SAME_PRESS_MS ? show('notifications') : undefined)}
    >
      <Icon size={17} strokeWidth={1.75} aria-hidden />
      {unread > 0 && (
        <span
          aria-hidden
          className="tabular absolute top-0 right-0 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg"
        >
          {unread > MOST ? `${MOST}+` : unread}
        </span>
      )}
    </Button>
  )
}

type Badged = { setAppBadge?: (n: number) => Promise<void>; clearAppBadge?: () => Promise<void> }
/** In the name of the tab, and on the sign of the installed app. Once per page. */
export function useUnreadSigns() {
  const unread = useQuery(countOptions()).data?.unread ?? 0
  useEffect(() => {
    setTitleCount(unread)
    const app = navigator as Badged
    const done = unread > 0 ? app.setAppBadge?.(unread) : app.clearAppBadge?.()
    done?.catch(() => {}) // not installed, or not allowed
    return () => setTitleCount(0)
  }, [unread])
}
