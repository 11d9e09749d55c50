import { CirclePause, Pause, Play, Trophy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { IconButton } from '@/shared/ui/icon-button'
import type { CampaignChanges } from './changes'
import { KIND_LOOK } from './kind-look'
import { FUNNEL_TONE, funnelOf, isLive, rateOf, VARIANT_TONES } from './model'
import { Bar } from './parts'
import { StepSummary } from './step-summary'
import type { Campaign, Counts, Judgement, Stats, Step, StepStats } from './types'

type FunnelProps = { campaign: Campaign; stats: Stats; changes: CampaignChanges }
/** What became of the messages of each step, from sending to a yes; and which of its texts does better. */
export function Funnel({ campaign: c, stats, changes }: FunnelProps) {
  const { t } = useTranslation('campaigns')
  const steps = c.steps.toSorted((a, b) => a.place - b.place)
  const of = new Map(stats.steps.map((s) => [s.stepId, s]))
  const shown = steps.filter((s) => !s.retired || (of.get(s.id)?.counts.sent ?? 0) > 0)
  return (
    <ol aria-label={t('funnel.steps')} className="mt-4 flex flex-col">
      {shown.map((s) => (
        <StepRow
          key={s.id}
          step={s}
          n={steps.filter((x) => !x.retired).indexOf(s) + 1}
          steps={steps}
          stats={of.get(s.id)}
          onHold={isLive(c) && !s.retired ? (on) => void changes.holdStep(c, s.id, on) : null}
        />
      ))}
    </ol>
  )
}

type RowProps = {
  step: Step
  n: number
  steps: readonly Step[]
  stats: StepStats | undefined
  onHold: ((on: boolean) => void) | null
}
function StepRow({ step: s, n, steps, stats, onHold }: RowProps) {
  const { t } = useTranslation('campaigns')
  const mayStart = useCan('campaigns.start')
  const { icon: Icon, tone } = KIND_LOOK[s.action.kind]
  const label = t('steps.named', { n, kind: t(`kind.${s.action.kind}`) })
  const isMessage = s.action.kind === 'message'
  return (
    <li className="group relative flex gap-3 pb-5 last:pb-0">
      <span aria-hidden className="absolute top-9 bottom-1 left-4 w-px bg-line group-last:hidden" />
      <span data-tone={tone} className="grid size-8 shrink-0 place-items-center rounded-lg bg-tone text-tone-fg">
        <Icon size={16} strokeWidth={1.9} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-h-8 items-center gap-2">
          <div className="min-w-0 flex-1">
            <h3 className="flex flex-wrap items-center gap-2 text-sm font-medium">
              {s.retired ? t(`kind.${s.action.kind}`) : label}
              {s.retired && <Badge tone="gray">{t('funnel.retired')}</Badge>}
              {s.held && (
                <Badge tone="amber">
                  <span className="flex items-center gap-1">
                    <CirclePause size={11} aria-hidden />
                    {t('funnel.held')}
                  </span>
                </Badge>
              )}
            </h3>
            <p className="truncate text-xs text-muted">
              <StepSummary step={s} steps={steps} />
            </p>
          </div>
          {onHold && mayStart && (
            <IconButton
              label={t(s.held ? 'funnel.go' : 'funnel.hold', { step: label })}
              onClick={() => onHold(!s.held)}
              className="any-pointer-coarse:size-10!"
            >
              {s.held ? <Play size={15} /> : <Pause size={15} />}
            </IconButton>
          )}
        </div>
        {isMessage && stats && <Counted counts={stats.counts} />}
        {isMessage && stats && stats.variants.length > 1 && <Variants stats={stats} />}
      </div>
    </li>
  )
}

function Counted({ counts }: { counts: Counts }) {
  const { t } = useTranslation('campaigns')
  const { num, percent } = useFormat()
  return (
    <dl className="mt-2 grid grid-cols-[88px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 text-xs sm:grid-cols-[112px_minmax(0,1fr)_auto]">
      {funnelOf(counts).map((p) => (
        <div key={p.part} data-tone={FUNNEL_TONE[p.part]} className="contents">
          <dt className="truncate text-muted">{t(`count.${p.part}`)}</dt>
          <dd aria-hidden>
            <Bar share={p.share} />
          </dd>
          <dd className="tabular min-w-20 text-right">
            {num(p.count)}
            {p.part !== 'sent' && counts.sent > 0 && <span className="ml-1.5 text-subtle">{percent(p.share)}</span>}
          </dd>
        </div>
      ))}
      {counts.failed > 0 && (
        <div data-tone="red" className="contents">
          <dt className="truncate text-muted">{t('count.failed')}</dt>
          <dd aria-hidden>
            <Bar share={counts.failed / Math.max(1, counts.sent + counts.failed)} />
          </dd>
          <dd className="tabular text-right">{num(counts.failed)}</dd>
        </div>
      )}
    </dl>
  )
}

function Variants({ stats: s }: { stats: StepStats }) {
  const { t } = useTranslation('campaigns')
  const { percent, num } = useFormat()
  return (
    <div className="mt-3 rounded-lg bg-sunken p-3">
      <ul aria-label={t('part.variants')} className="flex flex-col gap-2">
        {s.variants.map((v, i) => {
          const rate = rateOf(v.counts.replied, v.counts.sent)
          return (
            <li
              key={v.variantId}
              data-tone={VARIANT_TONES[i % VARIANT_TONES.length]}
              className="grid grid-cols-[minmax(72px,120px)_minmax(0,1fr)_auto] items-center gap-3 text-xs"
            >
              <span className="flex min-w-0 items-center gap-1.5">
                <span className="truncate font-medium">{t('variants.named', { name: v.name })}</span>
                {v.state === 'won' && (
                  <Trophy size={13} aria-label={t('variants.won')} role="img" className="shrink-0 text-success" />
                )}
                {v.state === 'lost' && <span className="shrink-0 text-subtle">{t('variants.lost')}</span>}
              </span>
              <Bar share={rate ?? 0} />
              <span className="tabular text-right">
                {rate === null ? '—' : percent(rate)}
                <span className="ml-1.5 text-subtle">
                  {t('variants.ofSent', { count: v.counts.sent, sent: num(v.counts.sent) })}
                </span>
              </span>
            </li>
          )
        })}
      </ul>
      {s.judgement && s.judgement.kind !== 'single' && <Judged stats={s} judgement={s.judgement} />}
    </div>
  )
}

/** What the test says so far: in words, with what it goes by. */
function Judged({ stats, judgement: j }: { stats: StepStats; judgement: Exclude<Judgement, { kind: 'single' }> }) {
  const { t, i18n } = useTranslation('campaigns')
  const { percent, num } = useFormat()
  if (j.kind === 'tooFew')
    return (
      <p className="mt-2 text-xs text-subtle">
        {t('judged.tooFew', { smallest: num(j.smallest), needed: num(j.needed) })}
      </p>
    )
  const { comparison: x } = j
  const name = stats.variants.find((v) => v.variantId === x.leader)?.name ?? '…'
  const p = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 2 })
  const lift = x.lift === null ? '' : ` (${x.lift >= 0 ? '+' : ''}${percent(x.lift)})`
  return (
    <p className="mt-2 text-xs text-muted">
      {j.kind === 'won' ? t('judged.won', { name, lift }) : t('judged.open', { name, lift, next: num(j.nextAt) })}
      <span className="block text-subtle">{t('judged.test', { p: p.format(x.p), level: p.format(x.level) })}</span>
    </p>
  )
}
