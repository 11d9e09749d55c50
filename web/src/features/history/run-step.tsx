import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { RunProgress } from '@/shared/ui/run-progress'
import { StepLayout } from '@/shared/ui/step-layout'
import { filesOf } from './model'

export default function RunStep({ im, at }: { im: ChatImport; at: number }) {
  const { t } = useTranslation('history')
  const rows = im.messagesDone
  const files = filesOf(im)
  return (
    <StepLayout title={t('run.title')} text={t('run.text')} width="narrow">
      <RunProgress
        label={t('run.progress')}
        at={at}
        rows={rows}
        progress={im.messagesTotal > 0 ? Math.min(1, rows / im.messagesTotal) : 0}
        texts={{
          starting: t('run.starting'),
          speed: (count) => t('run.speed', { count }),
          left: ({ unit, value }) => t(`run.left.${unit}`, { count: value }),
          leftUnknown: t('run.leftUnknown'),
        }}
      >
        {t('run.messages', { count: rows, total: im.messagesTotal })}
        {files && ` · ${t('run.files', { count: files.done, total: files.total })}`}
      </RunProgress>
      <p className="text-xs text-subtle">{t('run.safe')}</p>
    </StepLayout>
  )
}
