import { OctagonX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { StageChoice } from './condition-form'
import type { StopOn } from './types'

/** What ends it for a contact. A reply always does, whatever else is chosen. */
export function StopRules({ stopOn: s, onChange }: { stopOn: StopOn; onChange: (s: StopOn) => void }) {
  const { t } = useTranslation('campaigns')
  const [stages, setStages] = useState(s.stageIds.length > 0)
  return (
    <section aria-label={t('stops.title')} className="mt-5 rounded-lg bg-sunken p-4">
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        <OctagonX size={15} aria-hidden className="text-subtle" />
        {t('stops.title')}
      </h3>
      <p className="mt-1 text-sm text-muted">{t('stops.always')}</p>
      <div className="mt-3 flex flex-col gap-2.5">
        <ChoiceRow label={t('stops.autoReplies')} hint={t('stops.autoRepliesHint')}>
          {(control) => (
            <Checkbox
              {...control}
              checked={s.autoReplies}
              onCheckedChange={(autoReplies) => onChange({ ...s, autoReplies })}
            />
          )}
        </ChoiceRow>
        <ChoiceRow label={t('stops.reactions')}>
          {(control) => (
            <Checkbox
              {...control}
              checked={s.reactions}
              onCheckedChange={(reactions) => onChange({ ...s, reactions })}
            />
          )}
        </ChoiceRow>
        {stages ? (
          <div className="mt-1 border-t border-line pt-3">
            <p className="mb-2 text-xs text-subtle">{t('stops.stagesHint')}</p>
            <StageChoice ids={s.stageIds} onIds={(stageIds) => onChange({ ...s, stageIds })} />
          </div>
        ) : (
          <div>
            <Button
              size="xs"
              variant="ghost"
              onClick={() => setStages(true)}
              className="-ml-1.5 any-pointer-coarse:h-9!"
            >
              {t('stops.byStage')}
            </Button>
          </div>
        )}
      </div>
    </section>
  )
}
