import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleStop } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { RunProgress } from '@/shared/ui/run-progress'
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
  const cancel = useCancelImport()
  useFollow(im.id)
  const rows = processed(im)
  const stop = async () => {
    const yes = await confirm({
      title: t('run.cancelTitle'),
      description: t('run.cancelText'),
      action: t('run.cancel'),
      danger: true,
    })
    if (yes) cancel.mutate({ path: { id: im.id } })
  }
  return (
    <StepLayout title={t(`run.title.${im.recordType}`)} text={t('run.text')} width="narrow">
      <RunProgress
        label={t('run.progress')}
        at={at}
        rows={rows}
        progress={im.progress}
        texts={{
          starting: t('run.starting'),
          speed: (count) => t('run.speed', { count }),
          left: ({ unit, value }) => t(`run.left.${unit}`, { count: value }),
          leftUnknown: t('run.leftUnknown'),
        }}
      >
        {t('run.rows', { count: rows })}
      </RunProgress>
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
