import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { addSample, pace, roughly, type Sample } from '@/shared/lib/pace'
import { useFormat } from '@/shared/session/use-format'
import { ProgressBar } from '@/shared/ui/progress'
import { StepLayout } from '@/shared/ui/step-layout'
import { filesOf } from './model'

export default function RunStep({ im, at }: { im: ChatImport; at: number }) {
  const { t } = useTranslation('history')
  const f = useFormat()
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const rows = im.messagesDone
  const progress = im.messagesTotal > 0 ? Math.min(1, rows / im.messagesTotal) : 0
  useEffect(() => setSamples((s) => addSample(s, { at, rows, progress })), [at, rows, progress])
  const { perSecond, secondsLeft } = pace(samples)
  const files = filesOf(im)
  const left = secondsLeft === null ? null : roughly(secondsLeft)
  return (
    <StepLayout title={t('run.title')} text={t('run.text')} width="narrow">
      <section aria-label={t('run.progress')} className="rounded-lg bg-card p-5 shadow-card">
        <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-1">
          <p className="tabular text-[40px] leading-11 font-semibold tracking-[-0.03em]">
            {f.percent(Math.floor(progress * 100) / 100)}
          </p>
          <p className="tabular pb-1 text-right text-sm text-muted">
            {perSecond === null ? t('run.starting') : t('run.speed', { count: Math.round(perSecond) })}
            <span className="block text-xs text-subtle">
              {left ? t(`run.left.${left.unit}`, { count: left.value }) : t('run.leftUnknown')}
            </span>
          </p>
        </div>
        <ProgressBar value={progress} label={t('run.progress')} className="mt-3 h-2.5!" />
        <p className="tabular mt-2 text-xs text-subtle">
          {t('run.messages', { count: im.messagesDone, total: im.messagesTotal })}
          {files && ` · ${t('run.files', { count: files.done, total: files.total })}`}
        </p>
      </section>
      <p className="text-xs text-subtle">{t('run.safe')}</p>
    </StepLayout>
  )
}
