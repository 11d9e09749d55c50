import { useNavigate } from '@tanstack/react-router'
import { Archive, Copy, Flag } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { confirm } from '@/shared/ui/confirm'
import { Menu, MenuContent, MenuItem, MenuSeparator } from '@/shared/ui/menu'
import type { CampaignChanges } from './changes'
import { isLive } from './model'
import type { Campaign } from './types'

type Props = { campaign: Campaign; changes: CampaignChanges; anchor: HTMLElement; onClose: () => void }
export default function CampaignMenuPopup({ campaign: c, changes, anchor, onClose }: Props) {
  const { t } = useTranslation('campaigns')
  const navigate = useNavigate()
  const mayStart = useCan('campaigns.start')
  const finish = async () => {
    const left = c.totals.waiting + c.totals.sending + c.totals.paused
    const sure = await confirm({
      title: t('finish.title'),
      description: t('finish.text', { count: left }),
      action: t('finish.action'),
      danger: true,
      ...(left > 0 ? { typed: c.name } : {}),
    })
    if (sure) await changes.turn(c, 'finish')
  }
  return (
    <Menu open onOpenChange={(open) => !open && onClose()}>
      <MenuContent align="end" anchor={anchor} finalFocus={() => (anchor.isConnected ? anchor : null)}>
        <MenuItem
          onClick={() =>
            void changes
              .duplicate(c)
              .then((made) => made && navigate({ to: '/campaigns/$id', params: { id: made.id } }))
          }
        >
          <Copy size={14} aria-hidden />
          {t('duplicate')}
        </MenuItem>
        {isLive(c)
          ? mayStart && (
              <>
                <MenuSeparator />
                <MenuItem danger onClick={() => void finish()}>
                  <Flag size={14} aria-hidden />
                  {t('finish.open')}
                </MenuItem>
              </>
            )
          : c.state !== 'archived' && (
              <MenuItem
                onClick={() =>
                  void changes.archive(c).then((done) => (done ? navigate({ to: '/campaigns' }) : undefined))
                }
              >
                <Archive size={14} aria-hidden />
                {t('archive')}
              </MenuItem>
            )}
      </MenuContent>
    </Menu>
  )
}
