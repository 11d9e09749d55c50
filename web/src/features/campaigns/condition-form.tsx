import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/shared/lib/address'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Segmented } from '@/shared/ui/segmented'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import type { FilterParts } from './page-parts'
import { stageOptions } from './stages'
import type { FormProps } from './step-form'
import { useStages } from './step-summary'
import { before } from './steps-model'
import type { Action, Fate, Question, StepInput, Target } from './types'

type Condition = Extract<Action, { kind: 'condition' }>
const KINDS = ['message', 'stage', 'fields'] as const
const FATES: readonly Fate[] = ['delivered', 'read', 'replied', 'positive', 'failed']
const LAST = 'last'

type Props = FormProps<Condition> & { at: number; steps: readonly StepInput[]; filters: FilterParts }
/** What is asked of a contact, and where it goes on. */
export function ConditionForm({ action, onAction, at, steps, filters }: Props) {
  const { t } = useTranslation('campaigns')
  const { question: q } = action
  const set = (question: Question) => onAction({ ...action, question })
  const begin = (kind: Question['kind']) => {
    if (kind === q.kind) return
    if (kind === 'message') set({ kind, fate: 'read', stepId: null })
    else if (kind === 'stage') set({ kind, stageIds: [] })
    else set({ kind, filter: {} as FilterNode })
  }
  const asked = before(steps, at)
  return (
    <div className="flex flex-col gap-4">
      <Segmented
        label={t('condition.about')}
        value={q.kind}
        onValueChange={begin}
        options={KINDS.map((value) => ({ value, label: t(`condition.kind.${value}`) }))}
        className="w-full"
      />
      {q.kind === 'message' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t('condition.which')}>
            <Select
              options={[
                { value: LAST, label: t('condition.last') },
                ...asked.map((s) => ({ value: s.id, label: t('target.step', { n: steps.indexOf(s) + 1 }) })),
              ]}
              value={q.stepId ?? LAST}
              onValueChange={(v) => set({ ...q, stepId: v === LAST ? null : v })}
            />
          </Field>
          <Field label={t('condition.fate')}>
            <Select
              options={FATES.map((value) => ({ value, label: t(`fate.${value}`) }))}
              value={q.fate}
              onValueChange={(fate) => set({ ...q, fate })}
            />
          </Field>
        </div>
      )}
      {q.kind === 'stage' && <StageChoice ids={q.stageIds} onIds={(stageIds) => set({ kind: 'stage', stageIds })} />}
      {q.kind === 'fields' && (
        <Suspense fallback={<Skeleton className="h-8 w-40" />}>
          <filters.Filter
            filter={Object.keys(q.filter).length > 0 ? q.filter : null}
            onFilter={(filter) => set({ kind: 'fields', filter: filter ?? ({} as FilterNode) })}
          />
        </Suspense>
      )}
      <div className="grid gap-3 border-t border-line-soft pt-4 sm:grid-cols-2">
        {(['then', 'otherwise'] as const).map((way) => (
          <Field key={way} label={t(`condition.${way}`)}>
            <TargetSelect
              target={action[way]}
              at={at}
              steps={steps}
              onTarget={(target) => onAction({ ...action, [way]: target })}
            />
          </Field>
        ))}
      </div>
    </div>
  )
}

type TargetProps = { target: Target; at: number; steps: readonly StepInput[]; onTarget: (t: Target) => void }
function TargetSelect({ target, at, steps, onTarget }: TargetProps) {
  const { t } = useTranslation('campaigns')
  // The one that follows is “the next step” already.
  const later = steps.slice(at + 2)
  return (
    <Select
      options={[
        { value: 'next', label: t('target.next') },
        ...later.map((s) => ({
          value: s.id,
          label: t('target.step', { n: steps.indexOf(s) + 1 }),
          hint: t(`kind.${s.action.kind}`),
        })),
        { value: 'stop', label: t('target.stop') },
      ]}
      value={target.kind === 'step' ? target.stepId : target.kind}
      onValueChange={(v) => onTarget(v === 'next' || v === 'stop' ? { kind: v } : { kind: 'step', stepId: v })}
    />
  )
}

export function StageChoice({ ids, onIds }: { ids: readonly string[]; onIds: (ids: string[]) => void }) {
  const { t } = useTranslation('campaigns')
  const options = stageOptions(useStages())
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{t('condition.stages')}</legend>
      {options.length === 0 && <p className="text-sm text-subtle">{t('condition.noStages')}</p>}
      <div className="grid gap-x-4 gap-y-2.5 sm:grid-cols-2">
        {options.map((o) => (
          <ChoiceRow key={o.value} label={o.label} hint={'hint' in o ? o.hint : undefined}>
            {(control) => (
              <Checkbox
                {...control}
                checked={ids.includes(o.value)}
                onCheckedChange={(on) => onIds(on ? [...ids, o.value] : ids.filter((x) => x !== o.value))}
              />
            )}
          </ChoiceRow>
        ))}
      </div>
    </fieldset>
  )
}
