import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { findMembers } from '@/shared/fields/find'
import { useMemberName } from '@/shared/fields/members'
import { Combobox } from '@/shared/ui/combobox'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Select } from '@/shared/ui/select'
import { ConditionForm } from './condition-form'
import { MessageForm } from './message-form'
import { NumberInput } from './number-input'
import type { FilterParts } from './page-parts'
import { useWeekdays } from './schedule-words'
import { stageOptions } from './stages'
import { useStages } from './step-summary'
import type { Action, StepInput, Wait } from './types'

export type FormProps<A extends Action = Action> = {
  action: A
  onAction: (action: Action) => void
}
type StepFormProps = {
  step: StepInput
  at: number
  steps: readonly StepInput[]
  filters: FilterParts
  onAction: (action: Action) => void
  onText: (variantId: string) => void
}
/** All of a step. */
export default function StepForm({ step: { action }, at, steps, filters, onAction, onText }: StepFormProps): ReactNode {
  const { t } = useTranslation('campaigns')
  switch (action.kind) {
    case 'message':
      return <MessageForm action={action} onAction={onAction} onText={onText} />
    case 'wait':
      return <WaitForm action={action} onAction={onAction} />
    case 'condition':
      return <ConditionForm action={action} onAction={onAction} at={at} steps={steps} filters={filters} />
    case 'task':
      return <TaskForm action={action} onAction={onAction} />
    case 'moveStage':
      return <StageForm action={action} onAction={onAction} />
    case 'stop':
      return <p className="text-sm text-muted">{t('kindText.stop')}</p>
  }
}

const MOST_DAYS = 180
const UNITS = ['hours', 'days', 'workingDays', 'weekday'] as const
function WaitForm({ action, onAction }: FormProps<Extract<Action, { kind: 'wait' }>>) {
  const { t } = useTranslation('campaigns')
  const weekday = useWeekdays('long')
  const { wait } = action
  const set = (next: Wait) => onAction({ kind: 'wait', wait: next })
  const change = (until: Wait['until']) => {
    if (until === 'weekday') return set({ until, weekday: 1, time: '10:00' })
    const count = wait.until === 'weekday' ? 2 : wait.count
    set({ until, count: Math.min(count, until === 'hours' ? MOST_DAYS * 24 : MOST_DAYS) })
  }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={t('wait.until')} hint={t(`wait.${wait.until}Hint`)}>
        <Select
          options={UNITS.map((value) => ({ value, label: t(`wait.${value}`) }))}
          value={wait.until}
          onValueChange={change}
        />
      </Field>
      {wait.until === 'weekday' ? (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('wait.day')}>
            <Select
              options={[1, 2, 3, 4, 5, 6, 7].map((d) => ({ value: String(d), label: weekday(d) }))}
              value={String(wait.weekday)}
              onValueChange={(d) => set({ ...wait, weekday: Number(d) })}
            />
          </Field>
          <Field label={t('wait.time')}>
            <Input type="time" value={wait.time} onChange={(e) => set({ ...wait, time: e.target.value })} />
          </Field>
        </div>
      ) : (
        <Field label={t('wait.count')}>
          <NumberInput
            min={1}
            max={wait.until === 'hours' ? MOST_DAYS * 24 : MOST_DAYS}
            value={wait.count}
            onValue={(count) => set({ ...wait, count })}
          />
        </Field>
      )}
    </div>
  )
}

function TaskForm({ action, onAction }: FormProps<Extract<Action, { kind: 'task' }>>) {
  const { t } = useTranslation('campaigns')
  const name = useMemberName(action.assigneeId ?? '')
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={t('task.title')} required className="sm:col-span-2">
        <Input maxLength={200} value={action.title} onChange={(e) => onAction({ ...action, title: e.target.value })} />
      </Field>
      <Field label={t('task.assignee')}>
        <Combobox
          value={action.assigneeId ? { value: action.assigneeId, label: name ?? '…' } : null}
          placeholder={t('task.owner')}
          load={findMembers}
          onValueChange={(o) => onAction({ ...action, assigneeId: o?.value ?? null })}
        />
      </Field>
      <Field label={t('task.dueInDays')}>
        <NumberInput
          min={0}
          max={MOST_DAYS}
          value={action.dueInDays}
          onValue={(dueInDays) => onAction({ ...action, dueInDays })}
        />
      </Field>
      <Field label={t('task.note')} optional className="sm:col-span-2">
        <Textarea
          rows={2}
          maxLength={2000}
          value={action.note ?? ''}
          onChange={(e) => onAction({ ...action, note: e.target.value || null })}
        />
      </Field>
    </div>
  )
}

function StageForm({ action, onAction }: FormProps<Extract<Action, { kind: 'moveStage' }>>) {
  const { t } = useTranslation('campaigns')
  const options = stageOptions(useStages())
  return (
    <Field label={t('stage.label')} hint={t('stage.hint')} required>
      <Select
        options={options}
        value={action.stageId || null}
        onValueChange={(stageId) => onAction({ kind: 'moveStage', stageId })}
        placeholder={t('stage.choose')}
      />
    </Field>
  )
}
