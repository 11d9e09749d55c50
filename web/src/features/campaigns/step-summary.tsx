import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useWeekdays } from './schedule-words'
import { stageName, stagesOptions } from './stages'
import { TemplateText } from './template-text'
import type { Question, StepInput, Target, Wait } from './types'

/** A step in one line. */
export function StepSummary({ step: { action }, steps }: { step: StepInput; steps: readonly StepInput[] }) {
  const { t } = useTranslation('campaigns')
  const stages = useStages()
  const target = useTargetWords(steps)
  const question = useQuestionWords(steps)
  const wait = useWaitWords()
  switch (action.kind) {
    case 'message': {
      const text = action.variants[0]?.text.trim()
      return text ? <TemplateText text={text.replace(/\s+/g, ' ')} /> : t('steps.noText')
    }
    case 'wait':
      return wait(action.wait)
    case 'condition':
      return t('condition.line', {
        question: question(action.question),
        so: target(action.then),
        otherwise: target(action.otherwise),
      })
    case 'task':
      return `${action.title} · ${t('task.due', { count: action.dueInDays })}`
    case 'moveStage':
      return action.stageId ? stageName(stages, action.stageId) : t('steps.noStage')
    case 'stop':
      return t('kindText.stop')
  }
}
export function useStages() {
  const may = useCan('pipeline.pipelines.read')
  return useQuery({ ...stagesOptions(), enabled: may }).data ?? []
}

export function useWaitWords(): (wait: Wait) => string {
  const { t } = useTranslation('campaigns')
  const weekday = useWeekdays('long')
  return (w) =>
    w.until === 'weekday'
      ? t('wait.weekdayLine', { day: weekday(w.weekday), time: w.time })
      : t(`wait.${w.until}Line`, { count: w.count })
}
export function useTargetWords(steps: readonly StepInput[]): (target: Target) => string {
  const { t } = useTranslation('campaigns')
  return (x) => {
    if (x.kind !== 'step') return t(`target.${x.kind}`)
    return t('target.step', { n: steps.findIndex((s) => s.id === x.stepId) + 1 })
  }
}
export function useQuestionWords(steps: readonly StepInput[]): (q: Question) => string {
  const { t } = useTranslation('campaigns')
  const stages = useStages()
  return (q) => {
    if (q.kind === 'message') {
      const n = q.stepId ? steps.findIndex((s) => s.id === q.stepId) + 1 : 0
      return n > 0 ? t(`fate.${q.fate}Of`, { n }) : t(`fate.${q.fate}`)
    }
    if (q.kind === 'fields') return t('condition.fields')
    return t('condition.inStage', { stages: q.stageIds.map((id) => stageName(stages, id)).join(', ') || '…' })
  }
}
