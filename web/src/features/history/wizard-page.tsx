import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ShieldAlert } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { cn } from '@/shared/lib/cn'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { PageHeader } from '@/shared/ui/page-header'
import { StepFocus, StepMark, StepSkeleton, StepsSkeleton } from '@/shared/ui/step-frame'
import { importOptions } from './api'
import { STEPS, type Step, stepOf } from './model'

const ChooseStep = lazy(() => import('./choose-step'))
const RunStep = lazy(() => import('./run-step'))
const ResultStep = lazy(() => import('./result-step'))

/** One import of history: what to take, how far it is, what came of it. */
export function WizardPage({ id }: { id: string }) {
  const { t } = useTranslation('history')
  const { percent } = useFormat()
  const may = useCan('messaging.chats.import')
  const q = useQuery({ ...importOptions(id), enabled: may })
  const im = isApiError(q.error) && q.error.status === 404 ? undefined : q.data
  return (
    <>
      <PageHeader
        lead={
          <Link to="/import/chats" aria-label={t('back')} className={`${buttonCls('ghost', 'icon')} -ml-1.5`}>
            <ChevronLeft size={17} aria-hidden />
          </Link>
        }
        title={im?.fileName ?? t('title')}
        tab={im?.status === 'running' ? `${percent(shareOf(im))} · ${im.fileName}` : im?.fileName}
      />
      {!may ? (
        <EmptyState icon={ShieldAlert} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
      ) : im ? (
        <Wizard key={im.id} im={im} at={q.dataUpdatedAt} />
      ) : q.isPending ? (
        <StepsSkeleton steps={['w-24', 'w-20', 'w-28']} />
      ) : (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="pt-24!" />
      )}
    </>
  )
}
export const shareOf = (im: ChatImport) =>
  im.messagesTotal > 0 ? Math.min(1, Math.floor((im.messagesDone / im.messagesTotal) * 100) / 100) : 0

function Wizard({ im, at }: { im: ChatImport; at: number }) {
  const { t } = useTranslation('history')
  const step = stepOf(im.status)
  return (
    <>
      <Steps current={step} finished={im.status === 'completed'} />
      <Suspense fallback={<StepSkeleton />}>
        <StepFocus step={step} end={{ step: 'result', text: t('steps.finished') }}>
          {step === 'choose' && <ChooseStep im={im} />}
          {step === 'run' && <RunStep im={im} at={at} />}
          {step === 'result' && <ResultStep im={im} />}
        </StepFocus>
      </Suspense>
    </>
  )
}

function Steps({ current, finished }: { current: Step; finished: boolean }) {
  const { t } = useTranslation('history')
  const at = STEPS.indexOf(current)
  return (
    <nav aria-label={t('steps.label')} className="flex h-12 shrink-0 items-center border-b border-line px-4">
      <ol className="flex min-w-0 items-center gap-2">
        {STEPS.map((s, i) => {
          const done = i < at || (finished && i === at)
          return (
            <li
              key={s}
              aria-current={i === at ? 'step' : undefined}
              className={cn('flex items-center gap-2 text-sm', i === at ? 'font-semibold' : 'text-subtle')}
            >
              {i > 0 && <span aria-hidden className="h-px w-4 bg-line-strong" />}
              <StepMark n={i + 1} at={i === at} done={done} />
              <span className={cn(i !== at && 'max-md:sr-only')}>{t(`steps.${s}`)}</span>
              {done && <span className="sr-only">{t('steps.done')}</span>}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
