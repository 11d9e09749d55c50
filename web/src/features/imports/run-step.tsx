import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleStop } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { addSample, pace, roughly, type Sample } from '@/shared/lib/pace'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ProgressBar } from '@/shared/ui/progress'
import { StepLayout } from '@/shared/ui/step-layout'
import { useCancelImport } from './api'
import { CountTiles } from './count-tiles'
import { OUTCOMES } from './import-status'
import { follow } from './tracking'

/** Rows dealt with so far. */
export const processed = (im: Import) => OUTCOMES.reduce((n, o) => n + im.counts[o.key], 0)

/** Says it to the person wherever he or she is when it ends. */
export function useFollow(id: string) {
  const qc = useQueryClient()
  const nav = useNavigate()
  useEffect(() => follow(qc, id, (to) => void nav({ to: '/import/$id', params: { id: to } })), [qc, nav, id])
}

export function RunStep({ im, at }: { im: Import; at: number }) {
  const { t } = useTranslation('imports')
  const f = useFormat()
  const cancel = useCancelImport()
  useFollow(im.id)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const rows = processed(im)
  const { progress } = im
  useEffect(() => setSamples((s) => addSample(s, { at, rows, progress })), [at, rows, progress])
  const { perSecond, secondsLeft } = pace(samples)
  const stop = async () => {
    const yes = await confirm({
      title: t('run.cancelTitle'),
      description: t('run.cancelText'),
      action: t('run.cancel'),
      danger: true,
    })
    if (yes) cancel.mutate({ path: { id: im.id } })
  }
  const left = secondsLeft === null ? null : roughly(secondsLeft)
  return (
    <StepLayout title={t(`run.title.${im.recordType}`)} text={t('run.text')} width="narrow">
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
        <p className="tabular mt-2 text-xs text-subtle">{t('run.rows', { count: rows })}</p>
      </section>
      <CountTiles counts={im.counts} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-xs text-subtle">{t('run.safe')}</p>
        <Button size="md" onClick={() => void stop()} busy={cancel.isPending || cancel.isSuccess}>
          <CircleStop size={15} aria-hidden /> {t('run.cancel')}
        </Button>
      </div>
    </StepLayout>
  )
}
