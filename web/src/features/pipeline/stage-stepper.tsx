import { Check, ChevronLeft, ChevronRight, MoveRight } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Deal, Stage } from '@/api/gen/types.gen'
import { useCommand } from '@/shared/commands/commands'
import { cn } from '@/shared/lib/cn'
import { toneOfStage } from './model'

type StageStepperProps = { stages: readonly Stage[]; deal: Deal; onMove: ((stageId: string) => void) | null }
/** The way through the pipeline: behind, here, ahead. A press moves the deal. */
export function StageStepper({ stages, deal, onMove }: StageStepperProps) {
  const { t } = useTranslation('pipeline')
  const shown = stages.filter((s) => s.kind === 'open' || s.id === deal.stageId)
  const steps = useRef<HTMLOListElement>(null)
  const here = shown.findIndex((s) => s.id === deal.stageId)
  useEffect(() => {
    void steps.current?.children[here]?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [here])
  /** To the stage after the deal's own, or before it where there is none. */
  const choose = () => {
    const step = (at: number) => steps.current?.children[at]?.querySelector('button')
    ;(step(here + 1) ?? step(here - 1))?.focus()
  }
  useCommand(onMove && { id: 'deal.stage', label: t('deal.stages'), icon: MoveRight, action: 'stage', run: choose })
  const beside = (by: 1 | -1) => {
    const to = onMove && shown[here + by]
    return to && { label: t('deal.moveTo', { stage: to.name }), run: () => onMove(to.id) }
  }
  const [back, on] = [beside(-1), beside(1)]
  useCommand(back ? { id: 'deal.back', icon: ChevronLeft, action: 'stageBack', ...back } : null)
  useCommand(on ? { id: 'deal.on', icon: ChevronRight, action: 'stageOn', ...on } : null)
  return (
    <ol ref={steps} aria-label={t('deal.stages')} className="no-scrollbar -mx-1 flex gap-1 overflow-x-auto px-1 py-0.5">
      {shown.map((s, i) => (
        <li key={s.id} className="min-w-24 flex-1">
          <button
            type="button"
            aria-current={i === here ? 'step' : undefined}
            disabled={!onMove || i === here}
            onClick={() => onMove?.(s.id)}
            data-tone={toneOfStage(s.color)}
            className={cn(
              'flex h-8 w-full items-center justify-center gap-1.5 rounded-md px-2 text-xs font-medium any-pointer-coarse:h-10',
              i === here
                ? 'bg-tone text-tone-fg ring-1 ring-tone-solid'
                : 'bg-sunken text-muted enabled:hover:bg-hover',
            )}
          >
            {i < here && <Check size={12} className="shrink-0 text-success" aria-hidden />}
            <span className="truncate">{s.name}</span>
            {i === here && (
              <span className="tabular shrink-0 opacity-80">{t('card.daysShort', { count: deal.daysInStage })}</span>
            )}
          </button>
        </li>
      ))}
    </ol>
  )
}
