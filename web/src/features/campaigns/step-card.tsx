import { ChevronDown, Copy, Ellipsis, Plus, Trash2, TriangleAlert } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { Badge } from '@/shared/ui/badge'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger, Submenu } from '@/shared/ui/menu'
import { Skeleton } from '@/shared/ui/skeleton'
import { KindItems } from './kind-items'
import { KIND_LOOK } from './kind-look'
import type { FilterParts } from './page-parts'
import { StepSummary } from './step-summary'
import type { Problem } from './steps-model'
import type { Action, ActionKind, StepInput } from './types'

const StepForm = lazy(() => import('./step-form'))

export type CardProps = {
  campaignId: string
  step: StepInput
  at: number
  steps: readonly StepInput[]
  handle: ReactNode
  dragged: boolean
  open: boolean
  onOpen: (open: boolean) => void
  problems: Problem[]
  refused: string[]
  filters: FilterParts
  onAction: (action: Action) => void
  onText: (variantId: string) => void
  onCopy: () => void
  onRemove: (() => void) | null
  onAdd: ((kind: ActionKind) => void) | null
}
/** One step: what it does in a line, and all of it when it is opened. */
export function StepCard(p: CardProps) {
  const { t } = useTranslation('campaigns')
  const { step, at } = p
  const { icon: Icon, tone } = KIND_LOOK[step.action.kind]
  const body = useId()
  const bad = p.problems.length > 0 || p.refused.length > 0
  return (
    <article
      aria-label={t('steps.named', { n: at + 1, kind: t(`kind.${step.action.kind}`) })}
      className={cn(
        'rounded-lg bg-surface shadow-card transition-shadow dark:bg-raised',
        p.dragged && 'shadow-pop',
        bad && 'outline-1 outline-danger',
      )}
    >
      <div className="flex items-center gap-1 pr-1.5 pl-1">
        {p.handle ?? <span className="w-2" />}
        <button
          type="button"
          aria-expanded={p.open}
          aria-controls={body}
          onClick={() => p.onOpen(!p.open)}
          className="flex min-h-13 min-w-0 flex-1 items-center gap-3 rounded-md py-2 pr-1 text-left"
        >
          <span data-tone={tone} className="grid size-8 shrink-0 place-items-center rounded-lg bg-tone text-tone-fg">
            <Icon size={16} strokeWidth={1.9} aria-hidden />
          </span>
          <span className="min-w-0 flex-1">
            <span className="flex items-center gap-2 text-sm font-medium">
              <span className="tabular text-subtle">{at + 1}.</span>
              {t(`kind.${step.action.kind}`)}
              {step.action.kind === 'message' && step.action.variants.length > 1 && (
                <Badge tone="violet">{t('variants.ab', { count: step.action.variants.length })}</Badge>
              )}
            </span>
            <span className="mt-0.5 block truncate text-xs text-muted">
              <StepSummary step={step} steps={p.steps} />
            </span>
          </span>
          {bad && <TriangleAlert size={15} aria-hidden className="shrink-0 text-danger" />}
          <ChevronDown
            size={15}
            aria-hidden
            className={cn('shrink-0 text-subtle transition-transform', p.open && 'rotate-180')}
          />
        </button>
        <CardMenu {...p} />
      </div>
      <div id={body} hidden={!p.open} className="border-t border-line-soft p-3 md:p-4">
        {p.open && (
          <>
            {bad && (
              <ul role="alert" className="mb-3 flex flex-col gap-0.5 text-xs text-danger">
                {p.problems.map((x) => (
                  <li key={x}>{t(`problem.${x}`)}</li>
                ))}
                {p.refused.map((m) => (
                  <li key={m}>{m}</li>
                ))}
              </ul>
            )}
            <Suspense fallback={<Skeleton className="h-20" />}>
              <StepForm
                step={step}
                at={at}
                steps={p.steps}
                filters={p.filters}
                onAction={p.onAction}
                onText={p.onText}
              />
            </Suspense>
          </>
        )}
      </div>
    </article>
  )
}

function CardMenu({ onCopy, onRemove, onAdd, at }: CardProps) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  return (
    <Menu>
      <MenuTrigger
        render={
          <IconButton label={t('steps.more', { n: at + 1 })} tip={false} className="any-pointer-coarse:size-10!">
            <Ellipsis size={15} />
          </IconButton>
        }
      />
      <MenuContent align="end">
        {onAdd && (
          <>
            <Submenu
              label={
                <>
                  <Plus size={14} aria-hidden />
                  {t('steps.addBelow')}
                </>
              }
            >
              <KindItems onPick={onAdd} />
            </Submenu>
            <MenuItem onClick={onCopy}>
              <Copy size={14} aria-hidden />
              {t('duplicate')}
            </MenuItem>
          </>
        )}
        {onRemove && (
          <>
            <MenuSeparator />
            <MenuItem danger onClick={onRemove}>
              <Trash2 size={14} aria-hidden />
              {tc('action.delete')}
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}
