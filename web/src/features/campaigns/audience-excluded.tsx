import { useQueries } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Skeleton } from '@/shared/ui/skeleton'
import { campaignNameOptions } from './audience-api'
import { Removable } from './removable'
import type { Audience, Exclusions } from './types'

const CampaignPicker = lazy(() => import('./audience-pickers').then((m) => ({ default: m.CampaignPicker })))

const USUAL_DAYS = 30
type ExcludedProps = { campaignId: string; audience: Audience; onChange: (exclude: Exclusions) => void }
/** Who is left out though they are in it. */
export function Excluded({ campaignId, audience: { exclude: x }, onChange }: ExcludedProps) {
  const { t } = useTranslation('campaigns')
  const names = useQueries({ queries: x.campaignIds.map((id) => campaignNameOptions(id)) })
  const days = x.writtenToWithinDays
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line-soft pt-4">
      <legend className="float-left mb-1 w-full text-sm font-medium">{t('audience.exclude')}</legend>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <ChoiceRow label={t('audience.recent')}>
          {(control) => (
            <Checkbox
              {...control}
              checked={days !== null}
              onCheckedChange={(on) => onChange({ ...x, writtenToWithinDays: on ? USUAL_DAYS : null })}
            />
          )}
        </ChoiceRow>
        {days !== null && (
          <span className="flex items-center gap-2 text-sm text-muted">
            <Input
              type="number"
              min={1}
              max={3650}
              aria-label={t('audience.recentDays')}
              value={days}
              onChange={(e) => {
                const n = e.target.valueAsNumber
                if (Number.isInteger(n) && n >= 1 && n <= 3650) onChange({ ...x, writtenToWithinDays: n })
              }}
              className="tabular w-20!"
            />
            {t('audience.daysUnit', { count: days })}
          </span>
        )}
      </div>
      <Field label={t('audience.otherCampaigns')} hint={t('audience.otherCampaignsHint')}>
        <Suspense fallback={<Skeleton className="h-8" />}>
          <CampaignPicker
            without={[campaignId, ...x.campaignIds]}
            onPick={(id) => onChange({ ...x, campaignIds: [...x.campaignIds, id] })}
          />
        </Suspense>
      </Field>
      {x.campaignIds.length > 0 && (
        <ul aria-label={t('audience.otherCampaigns')} className="flex flex-wrap gap-1.5">
          {x.campaignIds.map((id, i) => (
            <li key={id}>
              <Removable
                name={names[i]?.data ?? '…'}
                onRemove={() => onChange({ ...x, campaignIds: x.campaignIds.filter((c) => c !== id) })}
              />
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  )
}
