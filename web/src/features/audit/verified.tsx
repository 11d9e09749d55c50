import { useTranslation } from 'react-i18next'
import { Notice } from '@/shared/ui/notice'
import type { Verdict } from './api'

/** What looking through all seals came to. */
export function Verified({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation('audit')
  // Every line may hold, and one be missing all the same.
  const state = verdict.intact ? 'intact' : verdict.brokenAt === null ? 'missing' : 'broken'
  return (
    <Notice
      kind={verdict.intact ? 'success' : 'error'}
      role={verdict.intact ? 'status' : 'alert'}
      title={t(`${state}Title`)}
    >
      {state === 'intact' && t('intact', { count: verdict.lines })}
      {state === 'missing' && t('missing', { count: verdict.missing })}
      {state === 'broken' && t('broken', { number: verdict.brokenAt ?? 0 })}
      <span className="block text-xs break-all">
        {t('head')}: <code className="font-mono select-all">{verdict.head}</code>
      </span>
    </Notice>
  )
}
