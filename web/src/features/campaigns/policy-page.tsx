import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { NumberInput } from './number-input'
import { type Policy, type PolicyView, policyApi, policyOptions } from './policy-api'
import type { Channel } from './types'

const ZoneSelect = lazy(() => import('./zone-select'))
const ValuesInput = lazy(() => import('@/shared/ui/values-input').then((m) => ({ default: m.ValuesInput })))
const SuppressionList = lazy(() => import('./suppression-list'))

const NIGHT = { from: '21:00', to: '08:00' }
const [MOST_CAP, MOST_DAYS, MOST_WORDS] = [100, 730, 100]
const CHANNELS: readonly Channel[] = ['telegram', 'email']

/** What the organization lets its programs do to a contact. */
export function PolicyPage() {
  const { t } = useTranslation('policy')
  const may = useCan('campaigns.read')
  const q = useQuery({ ...policyOptions(), enabled: may })
  if (!may)
    return (
      <Section title={t('rules.title')} text={t('rules.text')}>
        <EmptyState icon={ShieldCheck} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
      </Section>
    )
  return (
    <>
      <Section title={t('rules.title')} text={t('rules.text')}>
        {q.data ? (
          <PolicyForm key={q.data.version} view={q.data} />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : (
          <div className="flex flex-col gap-4">
            {['w-2/3', 'w-1/2', 'w-3/4', 'w-1/2'].map((w, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders
              <Skeleton key={i} className={`h-8 ${w}`} />
            ))}
          </div>
        )}
      </Section>
      <Suspense fallback={<Skeleton className="h-72 rounded-lg!" />}>
        <SuppressionList />
      </Suspense>
    </>
  )
}

function PolicyForm({ view }: { view: PolicyView }) {
  const { t } = useTranslation('policy')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const mayWrite = useCan('campaigns.start')
  const [p, setP] = useState(view.policy)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string[]>([])
  const dirty = JSON.stringify(p) !== JSON.stringify(view.policy)
  useUnsavedGuard(dirty)
  const set = (patch: Partial<Policy>) => {
    setP({ ...p, ...patch })
    setRefused([])
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!dirty || busy) return
    setBusy(true)
    try {
      qc.setQueryData(policyOptions().queryKey, await policyApi.put(p, view.version))
      toast.success(t('rules.saved'))
    } catch (x) {
      const details = isApiError(x) ? x.details.map((d) => d.message) : []
      setRefused(details.length > 0 ? details : [errorMessage(x)])
      if (isApiError(x) && x.status === 409) {
        toast.error(t('rules.conflict'))
        void qc.invalidateQueries({ queryKey: policyOptions().queryKey })
      }
    } finally {
      setBusy(false)
    }
  }
  const cap = (of: 'day' | 'week') => ({
    min: 1,
    max: MOST_CAP,
    placeholder: t('rules.noCap'),
    value: p.total[of],
    onValue: (n: number) => set({ total: { ...p.total, [of]: n } }),
    onEmpty: () => set({ total: { ...p.total, [of]: null } }),
  })
  return (
    <form noValidate onSubmit={(e) => void submit(e)}>
      <fieldset disabled={!mayWrite} className="flex flex-col gap-5">
        <div className="flex flex-col gap-2">
          <ChoiceRow label={t('rules.quiet')} hint={t('rules.quietHint')}>
            {(control) => (
              <Checkbox
                {...control}
                checked={p.quiet !== null}
                onCheckedChange={(on) => set({ quiet: on ? NIGHT : null })}
              />
            )}
          </ChoiceRow>
          {p.quiet && <Hours quiet={p.quiet} onQuiet={(quiet) => set({ quiet })} />}
        </div>
        <Field label={t('rules.zone')}>
          <Suspense fallback={<Skeleton className="h-8" />}>
            <ZoneSelect value={p.timeZone} onValue={(timeZone) => set({ timeZone })} />
          </Suspense>
        </Field>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{t('rules.caps')}</legend>
          <div className="grid gap-3 sm:grid-cols-3">
            <Field label={t('rules.day')}>
              <NumberInput {...cap('day')} />
            </Field>
            <Field label={t('rules.week')}>
              <NumberInput {...cap('week')} />
            </Field>
            <Field label={t('rules.coolDown')}>
              <NumberInput
                min={0}
                max={MOST_DAYS}
                value={p.coolDownDays}
                onValue={(coolDownDays) => set({ coolDownDays })}
              />
            </Field>
          </div>
        </fieldset>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{t('rules.consent')}</legend>
          <div className="flex flex-wrap gap-x-6 gap-y-2.5">
            {CHANNELS.map((c) => (
              <ChoiceRow key={c} label={t(`rules.${c as 'telegram'}`)}>
                {(control) => (
                  <Checkbox
                    {...control}
                    checked={p.consentNeeded.includes(c)}
                    onCheckedChange={(on) =>
                      set({ consentNeeded: on ? [...p.consentNeeded, c] : p.consentNeeded.filter((x) => x !== c) })
                    }
                  />
                )}
              </ChoiceRow>
            ))}
          </div>
        </fieldset>
        <div className="flex flex-col gap-2.5">
          {(['optOutEverywhere', 'allowParallel'] as const).map((k) => (
            <ChoiceRow key={k} label={t(k === 'allowParallel' ? 'rules.parallel' : 'rules.everywhere')}>
              {(control) => <Checkbox {...control} checked={p[k]} onCheckedChange={(on) => set({ [k]: on })} />}
            </ChoiceRow>
          ))}
        </div>
        <Field label={t('rules.words')} hint={t('rules.wordsHint')}>
          <Suspense fallback={<Skeleton className="h-8" />}>
            <ValuesInput
              value={p.optOutWords}
              max={MOST_WORDS}
              disabled={!mayWrite}
              normalize={(w) => w.toLowerCase()}
              onValueChange={(optOutWords) => set({ optOutWords })}
            />
          </Suspense>
        </Field>
        <div role="alert">
          {refused.length > 0 && (
            <Notice kind="error">
              {refused.map((m) => (
                <p key={m}>{m}</p>
              ))}
            </Notice>
          )}
        </div>
        {mayWrite && (
          <div className="flex justify-end gap-2">
            <Button size="md" disabled={!dirty || busy} onClick={() => setP(view.policy)}>
              {tc('action.cancel')}
            </Button>
            <Button size="md" variant="primary" type="submit" busy={busy} disabled={!dirty}>
              {tc('action.save')}
            </Button>
          </div>
        )}
      </fieldset>
    </form>
  )
}

type HoursProps = { quiet: { from: string; to: string }; onQuiet: (q: { from: string; to: string }) => void }
function Hours({ quiet: q, onQuiet }: HoursProps) {
  const { t } = useTranslation('policy')
  return (
    <div className="flex items-center gap-2 pl-6">
      {(['from', 'to'] as const).map((k, i) => (
        <span key={k} className="flex items-center gap-2">
          {i > 0 && (
            <span aria-hidden className="text-subtle">
              –
            </span>
          )}
          <Input
            type="time"
            aria-label={t(k)}
            value={q[k]}
            onChange={(e) => e.target.value && onQuiet({ ...q, [k]: e.target.value })}
            className="tabular w-28!"
          />
        </span>
      ))}
    </div>
  )
}
