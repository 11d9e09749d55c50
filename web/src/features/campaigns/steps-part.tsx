import { ListOrdered, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { Menu, MenuContent, MenuTrigger } from '@/shared/ui/menu'
import { SortableList } from '@/shared/ui/sortable-list'
import { toast } from '@/shared/ui/toast'
import { BuilderPart } from './builder-part'
import { KindItems } from './kind-items'
import type { FilterParts } from './page-parts'
import { StepCard } from './step-card'
import { copyOf, MOST_STEPS, mended, moved, newStep, problemsOf, withAction, without } from './steps-model'
import { StopRules } from './stop-rules'
import { written } from './template-model'
import type { Action, ActionKind, StepInput } from './types'
import type { Editing } from './use-draft'

const TemplateEditor = lazy(() => import('./template-editor'))

type Props = { editing: Editing; filters: FilterParts }
/** What happens to a contact, one thing after the other. */
export default function StepsPart({ editing, filters }: Props) {
  const { campaign: c, steps, change } = editing
  return (
    <BuilderPart id="steps">
      <StepList
        id={c.id}
        steps={steps}
        onSteps={(next) => change({ steps: next })}
        filters={filters}
        errors={editing.refused}
      />
      <StopRules stopOn={c.stopOn} onChange={(stopOn) => change({ stopOn })} />
    </BuilderPart>
  )
}

type ListProps = {
  id: string
  steps: StepInput[]
  onSteps: (steps: StepInput[]) => void
  filters: FilterParts
  /** What the server has refused, by field. */
  errors?: Record<string, string>
  /** Of a campaign that runs: steps that somebody has passed stay where they are. */
  fixed?: (step: StepInput) => boolean
}
/** Steps in order: put elsewhere by mouse, finger and arrow keys; each opens where it stands. */
export function StepList({ id, steps, onSteps, filters, errors = {}, fixed = () => false }: ListProps) {
  const { t } = useTranslation('campaigns')
  const [open, setOpen] = useState<string | null>(null)
  const [text, setText] = useState<{ stepId: string; variantId: string } | null>(null)
  const problems = problemsOf(steps)
  const nameOf = (s: StepInput) => t('steps.named', { n: steps.indexOf(s) + 1, kind: t(`kind.${s.action.kind}`) })
  const add = (kind: ActionKind, at: number) => {
    const step = newStep(kind, {
      message: t('text.again', { name: written('contact.firstName', t('template.there')) }),
      task: t('text.task'),
    })
    onSteps(steps.toSpliced(at, 0, step))
    setOpen(step.id)
    announce(t('steps.added', { kind: t(`kind.${kind}`), n: at + 1 }))
  }
  const remove = (step: StepInput) => {
    const at = steps.indexOf(step)
    onSteps(mended(without(steps, step.id)))
    toast.undo(t('steps.removed', { name: nameOf(step) }), () => onSteps(steps.toSpliced(at, 1, step)))
  }
  const put = (step: StepInput, action: Action) => onSteps(withAction(steps, step.id, action))
  const full = steps.length >= MOST_STEPS
  const edited = text && steps.find((s) => s.id === text.stepId)
  return (
    <>
      {steps.length === 0 ? (
        <EmptyState icon={ListOrdered} title={t('steps.empty')} text={t('steps.emptyText')} className="py-6!" />
      ) : (
        <SortableList
          label={t('steps.list')}
          items={steps}
          idOf={(s) => s.id}
          nameOf={nameOf}
          onMove={(s, to) => !fixed(s) && onSteps(mended(moved(steps, s.id, to)))}
          className="flex flex-col gap-2"
        >
          {(step, handle, dragged) => {
            const at = steps.indexOf(step)
            return (
              <StepCard
                campaignId={id}
                step={step}
                at={at}
                steps={steps}
                handle={fixed(step) ? null : handle}
                dragged={dragged}
                open={open === step.id}
                onOpen={(o) => setOpen(o ? step.id : null)}
                problems={problems.filter((p) => p.stepId === step.id).map((p) => p.problem)}
                refused={Object.entries(errors).flatMap(([field, m]) => (field.startsWith(`steps[${at}]`) ? [m] : []))}
                filters={filters}
                onAction={(action) => put(step, action)}
                onText={(variantId) => setText({ stepId: step.id, variantId })}
                onCopy={() => onSteps(steps.toSpliced(at + 1, 0, copyOf(step)))}
                onRemove={fixed(step) ? null : () => remove(step)}
                onAdd={full ? null : (kind) => add(kind, at + 1)}
              />
            )
          }}
        </SortableList>
      )}
      <div className="mt-3 flex justify-center">
        <Menu>
          <MenuTrigger
            disabled={full}
            render={
              <Button size="md" variant={steps.length === 0 ? 'primary' : 'secondary'}>
                <Plus size={15} strokeWidth={2.2} aria-hidden />
                {t('steps.add')}
              </Button>
            }
          />
          <MenuContent align="center" className="min-w-64">
            <KindItems onPick={(kind) => add(kind, steps.length)} />
          </MenuContent>
        </Menu>
      </div>
      <Suspense>
        {text && edited?.action.kind === 'message' && (
          <TemplateEditor
            campaignId={id}
            action={edited.action}
            variantId={text.variantId}
            onVariant={(variantId) => setText({ ...text, variantId })}
            onAction={(action) => put(edited, action)}
            onClose={() => setText(null)}
          />
        )}
      </Suspense>
    </>
  )
}
