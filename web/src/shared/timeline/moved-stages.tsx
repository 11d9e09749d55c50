import type { TFunction } from 'i18next'
import { MoveRight } from 'lucide-react'
import type { Moved, TimelineStage } from '@/api/gen/types.gen'
import { Badge } from '@/shared/ui/badge'
import { TONES, type Tone } from '@/shared/ui/tone'

const toneOf = (color: string | null): Tone =>
  color === 'yellow' ? 'amber' : (TONES.find((tone) => tone === color) ?? 'gray')

/** From one stage to another, in their colours; with the names of their pipelines where these differ. */
export function MovedStages({ moved: { from, to, auto, reason }, t }: { moved: Moved; t: TFunction<'timeline'> }) {
  const far = from !== null && from.pipeline !== to.pipeline
  return (
    <>
      <p className="mt-1 flex flex-wrap items-center gap-1.5">
        {from && (
          <>
            <span className="sr-only">{t('from')}</span>
            <StageBadge stage={from} far={far} />
            <MoveRight size={13} className="text-subtle" aria-hidden />
            <span className="sr-only">{t('to')}</span>
          </>
        )}
        <StageBadge stage={to} far={far} />
        {auto && <Badge tone="violet">{t('auto')}</Badge>}
      </p>
      {reason && <p className="mt-1.5 rounded-md bg-surface px-2 py-1 break-words shadow-card">{reason}</p>}
    </>
  )
}
function StageBadge({ stage: { name, color, pipeline }, far }: { stage: TimelineStage; far: boolean }) {
  return (
    <Badge tone={toneOf(color)} dot className="max-w-full">
      {[far && pipeline, name ?? '…'].filter(Boolean).join(' · ')}
    </Badge>
  )
}
