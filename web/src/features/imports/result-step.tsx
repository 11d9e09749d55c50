import { Link } from '@tanstack/react-router'
import {
  ArrowRight,
  Ban,
  CircleAlert,
  CircleCheck,
  CircleSlash,
  Equal,
  FileDown,
  type LucideIcon,
  TriangleAlert,
  Undo2,
  Upload,
} from 'lucide-react'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/gen/types.gen'
import { download } from '@/shared/api/download'
import { roughly } from '@/shared/lib/pace'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import { ResultCard, ResultOffer } from '@/shared/ui/result-card'
import { StepLayout } from '@/shared/ui/step-layout'
import type { Tone } from '@/shared/ui/tone'
import { useRevertImport } from './api'
import { CountTiles } from './count-tiles'
import { failureOf } from './failures'
import { OUTCOMES, OutcomeBar } from './import-status'
import { processed, useFollow } from './run-step'
import { revertShare } from './tracking'
import { useTargetLabel } from './use-target-label'

const LOOK = {
  completed: { icon: CircleCheck, tone: 'green' },
  nothing: { icon: CircleSlash, tone: 'gray' },
  partly: { icon: TriangleAlert, tone: 'amber' },
  failed: { icon: CircleAlert, tone: 'red' },
  cancelled: { icon: Ban, tone: 'amber' },
  reverting: { icon: Undo2, tone: 'violet' },
  reverted: { icon: Undo2, tone: 'violet' },
} as const satisfies Record<string, { icon: LucideIcon; tone: Tone }>
type Kind = keyof typeof LOOK

function kindOf(im: Import): Kind {
  if (im.status === 'completed') return im.counts.failed > 0 ? 'partly' : im.counts.rows > 0 ? 'completed' : 'nothing'
  return im.status as Kind
}

export function ResultStep({ im }: { im: Import }) {
  const { t } = useTranslation('imports')
  const f = useFormat()
  const revert = useRevertImport()
  const { counts } = im
  const kind = kindOf(im)
  const sum = processed(im)
  const changed = counts.created + counts.updated + counts.companiesCreated
  const over = im.status === 'completed' || im.status === 'failed' || im.status === 'cancelled'
  const seconds = im.startedAt && im.finishedAt ? (Date.parse(im.finishedAt) - Date.parse(im.startedAt)) / 1000 : null
  const ask = async () => {
    const yes = await confirm({
      title: t('revert.title'),
      description: t('revert.text', { created: f.num(counts.created), updated: f.num(counts.updated) }),
      action: t('revert.action'),
      danger: true,
    })
    if (yes) revert.mutate({ path: { id: im.id } })
  }
  const took = seconds === null ? null : roughly(Math.max(1, seconds))
  return (
    <StepLayout title={t(`result.${kind}.title`)} width="narrow" heading={false}>
      <ResultCard
        {...LOOK[kind]}
        title={t(`result.${kind}.title`)}
        text={im.revert?.conflicts ? t('revert.mostly') : t(`result.${kind}.text.${im.recordType}`)}
      >
        {im.status === 'reverting' && <Reverting im={im} />}
        {im.status === 'failed' && (
          <Notice kind="error" className="mt-4" title={t('result.why')}>
            {t(`failure.${failureOf(im.errorCode)}`)}
            {im.errorCode && <span className="mt-1 block font-mono text-xs select-all">{im.errorCode}</span>}
          </Notice>
        )}
        {im.status === 'reverted' && im.revert && <Reverted im={im} />}
        {sum > 0 && im.status !== 'reverting' && <Sum im={im} sum={sum} />}
        <Next im={im} />
      </ResultCard>
      <CountTiles counts={counts} />
      {im.hasErrorFile && (
        <ResultOffer
          title={t('result.errorsTitle', { count: counts.failed })}
          text={t('result.errorsText')}
          action={
            <Button size="md" onClick={() => download(`/api/crm/imports/${im.id}/errors.csv`)}>
              <FileDown size={15} aria-hidden /> {t('result.errors')}
            </Button>
          }
        />
      )}
      {over && changed > 0 && (
        <ResultOffer
          title={t('revert.offer')}
          text={t('revert.offerText')}
          action={
            <Button size="md" onClick={() => void ask()} busy={revert.isPending}>
              <Undo2 size={15} aria-hidden /> {t('revert.action')}
            </Button>
          }
        />
      )}
      <Details im={im} took={took ? t(`result.took.${took.unit}`, { count: took.value }) : null} />
    </StepLayout>
  )
}

const TO = {
  contact: { to: '/contacts', search: { sort: '-createdAt' } },
  company: { to: '/companies', search: { sort: '-createdAt' } },
  deal: { to: '/pipeline' },
} as const
/** After a finished import its records; after any other another try. */
function Next({ im }: { im: Import }) {
  const { t } = useTranslation('imports')
  const done = im.status === 'completed'
  if (im.status === 'reverting') return null
  const open = im.status !== 'reverted' && im.counts.created + im.counts.updated > 0 && (
    <Link key="open" {...TO[im.recordType]} className={buttonCls(done ? 'primary' : 'secondary', 'lg')}>
      {t(`result.open.${im.recordType}`)} <ArrowRight size={15} aria-hidden />
    </Link>
  )
  const again = (
    <Link
      key="again"
      to="/import"
      search={{ type: im.recordType === 'contact' ? undefined : im.recordType }}
      className={buttonCls(done && open ? 'secondary' : 'primary', 'lg')}
    >
      <Upload size={15} aria-hidden /> {t(done ? 'result.another' : 'result.again')}
    </Link>
  )
  return <div className="mt-5 flex flex-wrap gap-2">{done ? [open, again] : [again, open]}</div>
}

/** Every row is accounted for, said as a sum. */
function Sum({ im, sum }: { im: Import; sum: number }) {
  const { t } = useTranslation('imports')
  const { num } = useFormat()
  const rows = Math.max(im.counts.rows, sum)
  const missing = rows - sum
  const parts = OUTCOMES.filter((o) => im.counts[o.key] > 0 || o.key === 'created')
  return (
    <div className="mt-5 border-t border-line-soft pt-5">
      {im.status === 'reverted' && <h3 className="mb-2 text-xs font-semibold text-muted">{t('revert.was')}</h3>}
      <OutcomeBar counts={im.counts} total={rows} />
      <p data-testid="import-sum" className="tabular mt-3 flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
        <span className="font-semibold">{t('result.rows', { count: rows })}</span>
        <Equal size={13} aria-hidden className="text-subtle" />
        <span className="sr-only">=</span>
        {parts.map((o, i) => (
          <Fragment key={o.key}>
            {i > 0 && <span className="text-subtle">+</span>}
            <span className="text-muted">{t(`counts.${o.key}`, { n: im.counts[o.key] })}</span>
          </Fragment>
        ))}
        {missing > 0 && (
          <>
            <span className="text-subtle">+</span>
            <span className="text-muted">{t('counts.unreached', { n: missing })}</span>
          </>
        )}
      </p>
      <p className="mt-1 text-xs text-subtle">
        {missing > 0
          ? t('result.unreached', { count: missing })
          : t(im.status === 'cancelled' || im.status === 'failed' ? 'result.soFar' : 'result.accounted')}
        {im.counts.companiesCreated > 0 &&
          ` ${t('result.companies', { count: im.counts.companiesCreated, n: num(im.counts.companiesCreated) })}`}
        {im.counts.skipped > 0 && ` ${t('result.skipped')}`}
      </p>
    </div>
  )
}

function Reverting({ im }: { im: Import }) {
  const { t } = useTranslation('imports')
  useFollow(im.id)
  const share = revertShare(im)
  return (
    <div className="mt-5">
      <ProgressBar value={share || undefined} label={t('revert.progress')} className="h-2.5!" />
      <p className="tabular mt-2 text-xs text-subtle">
        {share > 0 ? t('revert.done', { count: im.revert?.reverted ?? 0 }) : t('revert.working')}
      </p>
    </div>
  )
}

function Reverted({ im }: { im: Import }) {
  const { t } = useTranslation('imports')
  const { reverted = 0, conflicts = 0 } = im.revert ?? {}
  return (
    <div className="mt-4 flex flex-col gap-3">
      <p className="text-sm">{t('revert.reverted', { count: reverted })}</p>
      {conflicts > 0 && (
        <Notice kind="warning" title={t('revert.conflicts', { count: conflicts })}>
          {t('revert.conflictsText')}
        </Notice>
      )}
    </div>
  )
}

function Details({ im, took }: { im: Import; took: string | null }) {
  const { t } = useTranslation('imports')
  const f = useFormat()
  const label = useTargetLabel(im.recordType)
  const rows = [
    [t('details.file'), `${im.fileName} · ${f.bytes(im.sizeBytes)}`],
    [t('details.type'), t(`type.${im.recordType}`)],
    im.duplicatePolicy && [t('details.policy'), t(`policy.${im.duplicatePolicy}.title`)],
    [t('details.by'), im.createdByName ?? '—'],
    im.startedAt && [t('details.when'), [f.dateTime(im.startedAt), took].filter(Boolean).join(' · ')],
    im.mapping && [
      t('details.fields'),
      f.list([...new Set(im.mapping.map((m) => (m.target === 'custom' ? (m.customKey ?? '') : label(m.target))))]),
    ],
  ].filter((r): r is [string, string] => Array.isArray(r))
  return (
    <section aria-label={t('details.title')} className="rounded-lg bg-card px-4 py-3.5 shadow-card">
      <h3 className="text-sm font-semibold">{t('details.title')}</h3>
      <dl className="mt-2.5 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-sm">
        {rows.map(([k, v]) => (
          <Fragment key={k}>
            <dt className="text-subtle">{k}</dt>
            <dd className="break-words">{v}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  )
}
