import { CircleX, Trophy } from 'lucide-react'
import { useState } from 'react'
import type { Stage } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { useDrag, useDropColumn } from './drag'
import { toneOfStage } from './model'
import type { Tools } from './tools'

/** While cards are dragged: the way to won and lost, wherever those columns are. */
export function ClosingZones({ stages, tools }: { stages: readonly Stage[]; tools: Tools }) {
  const dragging = useDrag((s) => s.ids.length > 0)
  const zones = stages.filter((s) => s.kind !== 'open')
  if (zones.length === 0) return null
  return (
    <div
      aria-hidden={!dragging}
      className={cn(
        'absolute inset-x-4 bottom-4 z-20 flex gap-3 transition-opacity duration-(--dur-2)',
        dragging ? 'opacity-100' : 'pointer-events-none opacity-0',
      )}
    >
      {zones.map((s) => (
        <Zone key={s.id} stage={s} tools={tools} />
      ))}
    </div>
  )
}
function Zone({ stage, tools: { t } }: { stage: Stage; tools: Tools }) {
  const [root, setRoot] = useState<HTMLElement | null>(null)
  const over = useDropColumn(root, null, stage.id, 0)
  const Icon = stage.kind === 'won' ? Trophy : CircleX
  return (
    <div
      ref={setRoot}
      data-zone={stage.kind}
      data-tone={
        stage.kind === 'won' ? 'green' : toneOfStage(stage.color) === 'gray' ? 'red' : toneOfStage(stage.color)
      }
      className={cn(
        'flex h-16 flex-1 items-center justify-center gap-2 rounded-lg border-2 border-dashed bg-tone text-sm font-semibold text-tone-fg shadow-pop',
        over === null ? 'border-tone-line' : 'border-tone-solid',
      )}
    >
      <Icon size={18} aria-hidden />
      {t('zone.drop', { stage: stage.name })}
    </div>
  )
}
