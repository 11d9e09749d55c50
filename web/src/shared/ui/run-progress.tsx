import { type ReactNode, useEffect, useState } from 'react'
import { addSample, pace, roughly, type Sample } from '@/shared/lib/pace'
import { useFormat } from '@/shared/session/use-format'
import { ProgressBar } from './progress'

type Left = ReturnType<typeof roughly>
type RunProgressProps = {
  label: string
  /** When `rows` and `progress` (0 to 1) were known. */
  at: number
  rows: number
  progress: number
  texts: { starting: string; speed: (perSecond: number) => string; left: (left: Left) => string; leftUnknown: string }
  children: ReactNode
}
/** How far long work is, how fast it goes, and how long it takes yet. */
export function RunProgress({ label, at, rows, progress, texts, children }: RunProgressProps) {
  const f = useFormat()
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => setSamples((s) => addSample(s, { at, rows, progress })), [at, rows, progress])
  const { perSecond, secondsLeft } = pace(samples)
  return (
    <section aria-label={label} className="rounded-lg bg-card p-5 shadow-card">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-1">
        <p className="tabular text-[40px] leading-11 font-semibold tracking-[-0.03em]">
          {f.percent(Math.floor(progress * 100) / 100)}
        </p>
        <p className="tabular pb-1 text-right text-sm text-muted">
          {perSecond === null ? texts.starting : texts.speed(Math.round(perSecond))}
          <span className="block text-xs text-subtle">
            {secondsLeft === null ? texts.leftUnknown : texts.left(roughly(secondsLeft))}
          </span>
        </p>
      </div>
      <ProgressBar value={progress} label={label} className="mt-3 h-2.5!" />
      <p className="tabular mt-2 text-xs text-subtle">{children}</p>
    </section>
  )
}
