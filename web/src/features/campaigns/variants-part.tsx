import { useTranslation } from 'react-i18next'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Select } from '@/shared/ui/select'
import { BuilderPart } from './builder-part'
import { VARIANT_TONES } from './model'
import { NumberInput } from './number-input'
import { MOST_WEIGHT, messagesOf, sharesOf, withAction } from './steps-model'
import type { Action, Metric, StepInput } from './types'
import type { Editing } from './use-draft'

type Message = Extract<Action, { kind: 'message' }>
const METRICS: readonly Metric[] = ['replied', 'positive', 'read']
const [LEAST, MOST] = [10, 1_000_000]

/** Which text goes to how many, and by what they are compared. */
export default function VariantsPart({ editing: { steps, change } }: { editing: Editing }) {
  const { t } = useTranslation('campaigns')
  const tests = messagesOf(steps).filter((s) => s.action.variants.length > 1)
  return (
    <BuilderPart id="variants">
      {tests.length === 0 ? (
        <p className="text-sm text-muted">{t('variants.how')}</p>
      ) : (
        <div className="flex flex-col gap-6">
          {tests.map((s) => (
            <Test
              key={s.id}
              n={steps.findIndex((x: StepInput) => x.id === s.id) + 1}
              action={s.action}
              onAction={(action) => change({ steps: withAction(steps, s.id, action) })}
            />
          ))}
        </div>
      )}
    </BuilderPart>
  )
}

function Test({ n, action, onAction }: { n: number; action: Message; onAction: (a: Message) => void }) {
  const { t } = useTranslation('campaigns')
  const { variants, experiment: x } = action
  const shares = sharesOf(variants.map((v) => v.weight))
  const set = (patch: Partial<typeof x>) => onAction({ ...action, experiment: { ...x, ...patch } })
  return (
    <section aria-label={t('steps.named', { n, kind: t('kind.message') })}>
      <h3 className="text-sm font-semibold">{t('steps.named', { n, kind: t('kind.message') })}</h3>
      <div aria-hidden className="mt-3 flex h-2 gap-px overflow-hidden rounded-full">
        {variants.map((v, i) => (
          <span
            key={v.id}
            data-tone={VARIANT_TONES[i % VARIANT_TONES.length]}
            className="h-full bg-tone-solid transition-[width]"
            style={{ width: `${shares[i]}%` }}
          />
        ))}
      </div>
      <ul className="mt-3 flex flex-col gap-2">
        {variants.map((v, i) => (
          <li
            key={v.id}
            data-tone={VARIANT_TONES[i % VARIANT_TONES.length]}
            className="grid grid-cols-[minmax(0,1fr)_96px_44px] items-center gap-3"
          >
            <span className="flex min-w-0 items-center gap-2 text-sm">
              <span aria-hidden className="size-2 shrink-0 rounded-full bg-tone-solid" />
              <span className="truncate">{t('variants.named', { name: v.name })}</span>
            </span>
            <NumberInput
              min={1}
              max={MOST_WEIGHT}
              aria-label={t('variants.weightOf', { name: v.name })}
              value={v.weight}
              onValue={(weight) =>
                onAction({ ...action, variants: variants.map((o) => (o.id === v.id ? { ...o, weight } : o)) })
              }
            />
            <span className="tabular text-right text-sm text-muted">{shares[i]} %</span>
          </li>
        ))}
      </ul>
      <div className="mt-4 grid gap-3 sm:grid-cols-2">
        <Field label={t('variants.metric')}>
          <Select
            options={METRICS.map((value) => ({ value, label: t(`metric.${value}`) }))}
            value={x.metric}
            onValueChange={(metric) => set({ metric })}
          />
        </Field>
        <Field label={t('variants.sample')} hint={t('variants.sampleHint')}>
          <NumberInput
            min={LEAST}
            max={MOST}
            value={x.minimumSample}
            onValue={(minimumSample) => set({ minimumSample })}
          />
        </Field>
      </div>
      <ChoiceRow className="mt-3" label={t('variants.automatic')} hint={t('variants.automaticHint')}>
        {(control) => (
          <Checkbox {...control} checked={x.automatic} onCheckedChange={(automatic) => set({ automatic })} />
        )}
      </ChoiceRow>
    </section>
  )
}
