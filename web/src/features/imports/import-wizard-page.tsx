import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, Trash2 } from 'lucide-react'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { useFormat } from '@/shared/session/use-format'
import { buttonCls } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { PageHeader } from '@/shared/ui/page-header'
import { StepFocus, StepSkeleton, StepsSkeleton } from '@/shared/ui/step-frame'
import { useDeleteImport, useImport } from './api'
import { useDraft } from './draft'
import { findProblems, isSound } from './mapping'
import { PreviewStep } from './preview-step'
import { Stepper } from './stepper'
import { type ChoosingStep, type Step, stepOf, type WizardSearch } from './steps'

// Each step is a chunk of its own, fetched while the one before it is on screen.
const load = {
  columns: () => import('./columns-step'),
  duplicates: () => import('./duplicates-step'),
  run: () => import('./run-step'),
  result: () => import('./result-step'),
}
const ColumnsStep = lazy(() => load.columns().then((m) => ({ default: m.ColumnsStep })))
const DuplicatesStep = lazy(() => load.duplicates().then((m) => ({ default: m.DuplicatesStep })))
const RunStep = lazy(() => load.run().then((m) => ({ default: m.RunStep })))
const ResultStep = lazy(() => load.result().then((m) => ({ default: m.ResultStep })))
const AHEAD = { preview: 'columns', columns: 'duplicates', duplicates: 'run', run: 'result', result: null } as const

export function ImportWizardPage({ id, search }: { id: string; search: WizardSearch }) {
  const { t } = useTranslation('imports')
  const { data: last, error, isPending, isRefetching, refetch, dataUpdatedAt } = useImport(id)
  const data = isApiError(error) && error.status === 404 ? undefined : last // deleted meanwhile
  const f = useFormat()
  return (
    <>
      <PageHeader
        lead={
          <Link
            to="/import"
            search={{ type: data?.recordType === 'contact' ? undefined : data?.recordType }}
            aria-label={t('back')}
            className={`${buttonCls('ghost', 'icon')} -ml-1.5`}
          >
            <ChevronLeft size={17} aria-hidden />
          </Link>
        }
        title={data?.fileName ?? t('wizard')}
        tab={
          data?.status === 'running'
            ? `${f.percent(Math.floor(data.progress * 100) / 100)} · ${data.fileName}`
            : data?.fileName
        }
        count={
          data && (
            <span className="max-sm:hidden">
              {t(`type.${data.recordType}`)} · {f.bytes(data.sizeBytes)}
            </span>
          )
        }
        actions={data?.status === 'ready' && <Discard im={data} />}
      />
      {data ? (
        <Wizard key={data.id} im={data} wanted={search.step} at={dataUpdatedAt} />
      ) : isPending ? (
        <StepsSkeleton steps={['w-24', 'w-24', 'w-28', 'w-20', 'w-20']} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} busy={isRefetching} className="pt-24!" />
      )}
    </>
  )
}

type WizardProps = { im: Import; wanted: ChoosingStep | undefined; at: number }
function Wizard({ im, wanted, at }: WizardProps) {
  const { t } = useTranslation('imports')
  const nav = useNavigate()
  const { draft } = useDraft(im)
  const sound = isSound(findProblems(draft.choices, im.recordType))
  const step = stepOf(im.status, wanted, sound)
  const open: Step[] = im.status === 'ready' ? ['preview', 'columns', ...(sound ? (['duplicates'] as const) : [])] : []

  const go = (to: ChoosingStep) =>
    void nav({ to: '/import/$id', params: { id: im.id }, search: { step: to === 'preview' ? undefined : to } })

  useEffect(() => {
    const next = AHEAD[step]
    if (next) void load[next]().catch(() => {}) // asked for again when it is needed
  }, [step])
  // A step of the choosing in the URL means nothing once the import runs.
  const stale = im.status !== 'ready' && wanted !== undefined
  useEffect(() => {
    if (stale) void nav({ to: '/import/$id', params: { id: im.id }, search: {}, replace: true })
  }, [stale, nav, im.id])
  return (
    <>
      <Stepper id={im.id} current={step} open={open} finished={im.status === 'completed'} />
      <Suspense fallback={<StepSkeleton />}>
        <StepFocus step={step} end={{ step: 'result', text: t('steps.finished') }}>
          {step === 'preview' && <PreviewStep im={im} onNext={() => go('columns')} />}
          {step === 'columns' && <ColumnsStep im={im} onBack={() => go('preview')} onNext={() => go('duplicates')} />}
          {step === 'duplicates' && (
            <DuplicatesStep im={im} onBack={() => go('columns')} onColumns={() => go('columns')} />
          )}
          {step === 'run' && <RunStep im={im} at={at} />}
          {step === 'result' && <ResultStep im={im} />}
        </StepFocus>
      </Suspense>
    </>
  )
}

function Discard({ im }: { im: Import }) {
  const { t } = useTranslation('imports')
  const nav = useNavigate()
  const remove = useDeleteImport()
  const ask = async () => {
    const yes = await confirm({
      title: t('history.discard.title', { file: im.fileName }),
      description: t('history.discard.text'),
      action: t('history.discard.action'),
      danger: true,
    })
    if (!yes) return
    // Also when this button is gone by the time of the answer; a refusal has said so by itself.
    await remove.mutateAsync({ path: { id: im.id } }).then(
      () => nav({ to: '/import' }),
      () => {},
    )
  }
  return (
    <IconButton label={t('history.discard.action')} busy={remove.isPending} onClick={() => void ask()}>
      <Trash2 size={16} strokeWidth={1.8} />
    </IconButton>
  )
}
