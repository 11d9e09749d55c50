import { CopyPlus, type LucideIcon, RefreshCw, SkipForward } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { DuplicatePolicy, Import } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { cn } from '@/shared/lib/cn'
import { can, useMaybeSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import { StepLayout, StepNav } from '@/shared/ui/step-layout'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadTags, useMembers, useStartImport } from './api'
import { useDraft } from './draft'
import { SKIP, toMapping } from './mapping'

const POLICIES: readonly { value: DuplicatePolicy; icon: LucideIcon }[] = [
  { value: 'skip', icon: SkipForward },
  { value: 'update', icon: RefreshCw },
  { value: 'create', icon: CopyPlus },
]
const NOBODY = ''
const TAG_MAX = 50

type Props = { im: Import; onBack: () => void; onColumns: () => void }
export function DuplicatesStep({ im, onBack, onColumns }: Props) {
  const { t } = useTranslation('imports')
  const { t: tc } = useTranslation()
  const session = useMaybeSession()
  const { draft, change, drop } = useDraft(im)
  const start = useStartImport()
  const members = useMembers(can(session, 'team.members.read'))
  const people = (members.data?.items ?? []).map((m) => ({
    value: m.id,
    label: m.id === session?.user.id ? t('duplicates.me', { name: m.name }) : m.name,
  }))
  const known = draft.owner && !people.some((p) => p.value === draft.owner?.value) ? [draft.owner] : []
  const mapping = toMapping(draft.choices, im.preview.columns)
  const run = () =>
    start.mutate(
      {
        path: { id: im.id },
        body: {
          mapping,
          duplicatePolicy: draft.policy,
          defaultTags: draft.tags.length ? draft.tags : undefined,
          ownerId: draft.owner?.value,
        },
      },
      { onSuccess: drop },
    )
  const columnsAreBad = isApiError(start.error) && start.error.details.some((d) => d.field.startsWith('mapping'))
  const skipped = draft.choices.filter((c) => c.target === SKIP).length
  return (
    <StepLayout
      title={t('duplicates.title')}
      text={t(`duplicates.text.${im.recordType}`)}
      width="narrow"
      footer={
        <StepNav onBack={onBack} onNext={run} next={t('duplicates.start')} busy={start.isPending}>
          <span className="max-sm:hidden">
            {t('duplicates.summary', { file: im.fileName, n: mapping.length })}
            {skipped > 0 && ` · ${t('duplicates.left', { n: skipped })}`}
          </span>
        </StepNav>
      }
    >
      {start.isError && (
        <Notice
          kind="error"
          role="alert"
          title={t('duplicates.failed')}
          actions={columnsAreBad && <Button onClick={onColumns}>{t('duplicates.toColumns')}</Button>}
        >
          {isApiError(start.error) && start.error.details.length > 0 ? (
            <ul className="list-disc pl-4">
              {[...new Set(start.error.details.map((d) => d.message))].map((m) => (
                <li key={m}>{m}</li>
              ))}
            </ul>
          ) : (
            errorMessage(start.error)
          )}
        </Notice>
      )}
      <Policies value={draft.policy} onChange={(policy) => change({ policy })} recordType={im.recordType} />
      <section aria-label={t('duplicates.extra')} className="rounded-lg bg-card p-4 shadow-card">
        <h3 className="text-sm font-semibold">{t('duplicates.extra')}</h3>
        <p className="mt-0.5 text-xs text-subtle">{t('duplicates.extraText')}</p>
        <div className="mt-4 grid gap-4 @lg:grid-cols-2">
          <Field label={t('duplicates.tags')} hint={t('duplicates.tagsHint')} optional>
            <ValuesInput
              value={draft.tags}
              onValueChange={(tags) => change({ tags })}
              load={loadTags}
              max={TAG_MAX}
              validate={(v) => ([...v].length > TAG_MAX ? tc('validation.tooLong', { count: TAG_MAX }) : null)}
              placeholder={t('duplicates.tagsPlaceholder')}
            />
          </Field>
          {people.length > 0 && (
            <Field label={t('duplicates.owner')} hint={t('duplicates.ownerHint')} optional>
              <Select
                value={draft.owner?.value ?? NOBODY}
                onValueChange={(v) => change({ owner: [...people, ...known].find((p) => p.value === v) ?? null })}
                options={[{ value: NOBODY, label: t('duplicates.nobody') }, ...known, ...people]}
              />
            </Field>
          )}
        </div>
      </section>
    </StepLayout>
  )
}

type PoliciesProps = {
  value: DuplicatePolicy
  onChange: (v: DuplicatePolicy) => void
  recordType: Import['recordType']
}
function Policies({ value, onChange, recordType }: PoliciesProps) {
  const { t } = useTranslation('imports')
  const name = useId()
  return (
    <fieldset className="grid gap-3 @xl:grid-cols-3">
      <legend className="sr-only">{t('duplicates.title')}</legend>
      {POLICIES.map(({ value: v, icon: Icon }) => (
        <label
          key={v}
          className={cn(
            'relative flex flex-col rounded-lg bg-card p-4 shadow-card transition-shadow duration-100 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring',
            v === value ? 'ring-2 ring-accent' : 'hover:shadow-card-hover',
          )}
        >
          <input
            type="radio"
            name={name}
            value={v}
            checked={v === value}
            onChange={() => onChange(v)}
            className="absolute inset-0 m-0 appearance-none rounded-lg outline-none"
          />
          <span className="flex items-center justify-between">
            <span
              className={cn(
                'grid size-8 place-items-center rounded-md',
                v === value ? 'bg-accent-soft text-accent-text' : 'bg-active text-muted',
              )}
            >
              <Icon size={16} strokeWidth={1.8} aria-hidden />
            </span>
            <span
              aria-hidden
              className={cn(
                'grid size-4 place-items-center rounded-full border',
                v === value ? 'border-accent bg-accent' : 'border-control bg-surface',
              )}
            >
              {v === value && <span className="size-1.5 rounded-full bg-accent-fg" />}
            </span>
          </span>
          <span className="mt-3 text-sm font-semibold">{t(`policy.${v}.title`)}</span>
          <span className="mt-1 text-xs text-muted">{t(`policy.${v}.text.${recordType}`)}</span>
          <span className="mt-2 text-xs text-subtle">{t(`policy.${v}.when`)}</span>
        </label>
      ))}
    </fieldset>
  )
}
