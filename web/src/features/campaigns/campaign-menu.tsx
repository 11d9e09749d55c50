import { Ellipsis } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { IconButton } from '@/shared/ui/icon-button'
import type { CampaignChanges } from './changes'
import type { Campaign } from './types'

const MenuPopup = lazy(() => import('./campaign-menu-popup'))

/** What else can be done with a campaign. What makes up the menu comes with the first look at it. */
export function CampaignMenu({ campaign, changes }: { campaign: Campaign; changes: CampaignChanges }) {
  const { t } = useTranslation()
  const mayWrite = useCan('campaigns.write')
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  if (!mayWrite) return null
  return (
    <>
      <IconButton
        label={t('action.more')}
        tip={false}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(e) => setAnchor(anchor ? null : e.currentTarget)}
        className="any-pointer-coarse:size-10!"
      >
        <Ellipsis size={16} />
      </IconButton>
      <Suspense>
        {anchor && <MenuPopup campaign={campaign} changes={changes} anchor={anchor} onClose={() => setAnchor(null)} />}
      </Suspense>
    </>
  )
}
