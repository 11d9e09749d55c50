import { useTranslation } from 'react-i18next'
import { Notice } from '@/shared/ui/notice'
import type { Campaign } from './types'

const REASONS = ['incomplete', 'out_of_reach', 'gave_up'] as const

/** Of a draft that was to begin by itself: why it did not. */
export function NotBegun({ campaign: c }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const reason = REASONS.find((r) => r === c.pauseReason)
  if (c.state !== 'draft' || !reason) return null
  return (
    <Notice kind="warning" title={t('notBegun.title')}>
      {t(`notBegun.${reason}`)}
    </Notice>
  )
}
