import { useTranslation } from 'react-i18next'
import NotificationPanel from '@/features/notifications/panel'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Drawer } from '@/shared/ui/drawer'
import { Popover } from '@/shared/ui/popover'
import { closePanel } from './bell'
import { useShell } from './overlays'

const bell = () => [...document.querySelectorAll<HTMLElement>('[data-bell]')].find((b) => b.offsetParent) ?? null

/** Beside the bell, or as the phone's sheet. */
export default function Panel() {
  const { t } = useTranslation('shell')
  const open = useShell((s) => s.open === 'notifications')
  const phone = useMediaQuery('(max-width: 767px)')
  const change = (o: boolean) => !o && closePanel()
  if (phone)
    return (
      <Drawer side="bottom" bare open={open} onOpenChange={change} title={t('nav.notifications')} finalFocus={bell}>
        <NotificationPanel sheet onClose={closePanel} />
      </Drawer>
    )
  return (
    <Popover
      bare
      label={t('nav.notifications')}
      open={open}
      onOpenChange={change}
      anchor={bell}
      finalFocus={bell}
      side="right"
      align="start"
      className="flex w-[min(420px,calc(100vw-24px))] flex-col overflow-hidden!"
    >
      <NotificationPanel sheet={false} onClose={closePanel} />
    </Popover>
  )
}
