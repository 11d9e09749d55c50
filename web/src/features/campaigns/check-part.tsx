import { useQuery } from '@tanstack/react-query'
import { ArrowUpRight, CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Skeleton } from '@/shared/ui/skeleton'
import { checkOptions } from './api'
import { BuilderPart } from './builder-part'
import { NumberInput } from './number-input'
import type { Section } from './search-params'
import type { Check, Overrides } from './types'
import type { Editing } from './use-draft'

const [MOST_CAP, MOST_DAYS] = [100, 730]
/** Where a problem is put right. */
export function sectionOf(field: string): Section | null {
  if (field.startsWith('audience')) return 'audience'
  if (field.startsWith('accountIds') || field.startsWith('senders')) return 'senders'
  if (field.startsWith('schedule') || field.startsWith('startsAt')) return 'schedule'
  return field.startsWith('steps') || field.startsWith('stopOn') ? 'steps' : null
}

type Props = { editing: Editing; onJump: (to: Section) => void }
/** What the rules about being written to make of it, before anything goes. */
export default function CheckPart({ editing: { campaign: c, change, refused }, onJump }: Props) {
  const { t } = useTranslation('campaigns')
  const q = useQuery(checkOptions(c.id, c.version))
  return (
    <BuilderPart id="check">
      {q.isPending ? (
        <div className="flex flex-col gap-3">
          {['w-3/4', 'w-2/3', 'w-1/2'].map((w) => (
            <Skeleton key={w} className={`h-5 ${w}`} />
          ))}
        </div>
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-4!" />
      ) : (
        q.data && <CheckResult check={q.data} onJump={onJump} />
      )}
      <Stricter
        policy={c.policy}
        onChange={(policy) => change({ policy })}
        error={Object.entries(refused).find(([field]) => field.startsWith('policy'))?.[1]}
      />
      <p className="mt-4 text-xs text-subtle">{t('check.always')}</p>
    </BuilderPart>
  )
}

export function CheckResult({ check, onJump }: { check: Check; onJump?: (to: Section) => void }) {
  const { t } = useTranslation('campaigns')
  const clean = check.problems.length === 0 && check.warnings.length === 0
  return (
    <ul aria-label={t('check.list')} className="flex flex-col gap-1">
      {check.problems.map((p) => {
        const to = sectionOf(p.field)
        return (
          <li key={`${p.field}${p.code}`} data-tone="red" className="flex min-h-9 items-start gap-2.5 py-1 text-sm">
            <CircleAlert size={16} aria-hidden className="mt-px shrink-0 text-danger" />
            <span className="min-w-0 flex-1">
              <span className="sr-only">{t('check.problem')} </span>
              {p.message}
            </span>
            {to && onJump && (
              <Button size="xs" variant="ghost" onClick={() => onJump(to)} className="any-pointer-coarse:h-9!">
                {t(`part.${to}`)}
                <ArrowUpRight size={13} aria-hidden />
              </Button>
            )}
          </li>
        )
      })}
      {check.warnings.map((w) => (
        <li key={w.code} className="flex min-h-9 items-start gap-2.5 py-1 text-sm">
          <TriangleAlert size={16} aria-hidden className="mt-px shrink-0 text-warning" />
          <span className="min-w-0 flex-1">
            <span className="sr-only">{t('check.warning')} </span>
            {w.message}
          </span>
          {w.count !== null && w.count !== undefined && w.count > 0 && (
            <span className="tabular shrink-0 text-xs text-subtle">{t('people', { count: w.count })}</span>
          )}
        </li>
      ))}
      {clean && (
        <li className="flex items-center gap-2.5 py-1 text-sm">
          <CircleCheck size={16} aria-hidden className="shrink-0 text-success" />
          {t('check.clean')}
        </li>
      )}
    </ul>
  )
}

type StricterProps = { policy: Overrides; onChange: (p: Overrides) => void; error?: string }
/** Where this campaign asks for more restraint than the organization does. */
function Stricter({ policy: p, onChange, error }: StricterProps) {
  const { t } = useTranslation('campaigns')
  const cap = (of: 'day' | 'week') => ({
    min: 1,
    max: MOST_CAP,
    placeholder: t('policy.asOrganization'),
    value: p.total[of],
    onValue: (n: number) => onChange({ ...p, total: { ...p.total, [of]: n } }),
    onEmpty: () => onChange({ ...p, total: { ...p.total, [of]: null } }),
  })
  return (
    <details className="mt-4 rounded-lg bg-sunken p-4">
      <summary className="cursor-default text-sm font-semibold">{t('policy.stricter')}</summary>
      <p className="mt-1 text-xs text-subtle">{t('policy.stricterText')}</p>
      {error && (
        <p role="alert" className="mt-2 text-xs text-danger">
          {error}
        </p>
      )}
      <div className="mt-3 grid gap-3 sm:grid-cols-3">
        <Field label={t('policy.day')}>
          <NumberInput {...cap('day')} />
        </Field>
        <Field label={t('policy.week')}>
          <NumberInput {...cap('week')} />
        </Field>
        <Field label={t('policy.coolDown')}>
          <NumberInput
            min={0}
            max={MOST_DAYS}
            placeholder={t('policy.asOrganization')}
            value={p.coolDownDays}
            onValue={(coolDownDays) => onChange({ ...p, coolDownDays })}
            onEmpty={() => onChange({ ...p, coolDownDays: null })}
          />
        </Field>
      </div>
      <ChoiceRow className="mt-3" label={t('policy.parallel')} hint={t('policy.parallelHint')}>
        {(control) => (
          <Checkbox
            {...control}
            checked={p.allowParallel ?? false}
            onCheckedChange={(on) => onChange({ ...p, allowParallel: on ? true : null })}
          />
        )}
      </ChoiceRow>
    </details>
  )
}
