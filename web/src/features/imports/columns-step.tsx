import { ArrowRight, RotateCcw } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import type { FieldRecordType, Import, ImportColumn } from '@/api/gen/types.gen'
import { type CustomId, customFieldsNow, customIdOf, type FieldKind, isCustomId, keyOf } from '@/shared/fields/fields'
import { KIND_ICONS } from '@/shared/fields/kind-icons'
import { cn } from '@/shared/lib/cn'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Select } from '@/shared/ui/select'
import { StepLayout, StepNav } from '@/shared/ui/step-layout'
import { useDraft } from './draft'
import {
  type Choice,
  type ColumnProblem,
  certainty,
  columnLetter,
  customKeyOf,
  findProblems,
  guessed,
  isSound,
  KEY_MAX,
  SKIP,
  type Target,
} from './mapping'
import { isNamed } from './preview-layout'
import { RecordCard } from './record-card'
import { TargetIcon } from './target-icons'
import { TARGETS } from './targets'
import { useTargetLabel } from './use-target-label'

/** Rows shown at a time: some exports have hundreds of columns. */
const PAGE = 60
const controlId = (i: number) => `import-column-${i}`

export function ColumnsStep({ im, onBack, onNext }: { im: Import; onBack: () => void; onNext: () => void }) {
  const { t } = useTranslation('imports')
  const { draft, change, choose } = useDraft(im)
  const [tried, setTried] = useState(false)
  const [showEmpty, setShowEmpty] = useState(false)
  const { columns } = im.preview
  const { choices } = draft
  const problems = findProblems(choices, im.recordType)
  const taken = choices.filter((c) => c.target !== SKIP).length
  const guesses = guessed(columns, im.recordType)
  const ownChoices = choices.some((c, i) => c.target !== guesses[i]?.target || c.customKey !== guesses[i]?.customKey)
  // A column without any example that is not taken is rarely wanted: it waits below. Decided once, so that no row goes
  // away under the hand of the person.
  const [hidden] = useState(() =>
    columns.flatMap((c, i) => (c.samples.length === 0 && choices[i]?.target === SKIP ? [i] : [])),
  )
  const [limit, setLimit] = useState(PAGE)
  const all = columns.map((_, i) => i).filter((i) => showEmpty || !hidden.includes(i))
  const shown = all.slice(0, limit)

  const next = () => {
    if (isSound(problems)) return onNext()
    setTried(true)
    const first = [...problems.columns.keys()].sort((a, b) => a - b)[0] ?? shown[0]
    if (first !== undefined && !shown.includes(first))
      flushSync(() => {
        setShowEmpty(true)
        setLimit(columns.length)
      })
    if (first !== undefined) document.getElementById(controlId(first))?.focus()
    announce(
      problems.file
        ? t(`columns.${problems.file}.${im.recordType}`)
        : t('columns.mend', { count: problems.columns.size }),
    )
  }
  const latest = useRef(choose)
  latest.current = choose
  const onChoose = useRef((i: number, c: Partial<Choice>) => latest.current(i, c)).current
  return (
    <StepLayout
      title={t('columns.title')}
      text={t(`columns.text.${im.recordType}`)}
      footer={
        <StepNav onBack={onBack} onNext={next} next={t('steps.next', { step: t('steps.duplicates') })}>
          <span className={cn(problems.columns.size > 0 && 'font-medium text-danger', 'max-sm:hidden')}>
            {problems.columns.size > 0
              ? t('columns.mend', { count: problems.columns.size })
              : t('columns.taken', { n: taken, total: columns.length })}
          </span>
        </StepNav>
      }
    >
      {problems.file && (
        <Notice kind={tried ? 'error' : 'warning'} role={tried ? 'alert' : undefined}>
          {t(`columns.${problems.file}.${im.recordType}`)}
        </Notice>
      )}
      <div className="grid gap-5 @4xl:grid-cols-[minmax(0,1fr)_300px]">
        <section aria-label={t('columns.title')} className="min-w-0 self-start rounded-lg bg-card shadow-card">
          <header className="flex h-10 items-center gap-2 border-b border-line pr-2 pl-4 text-xs text-subtle">
            <span className="min-w-0 flex-1">{t('columns.taken', { n: taken, total: columns.length })}</span>
            {ownChoices && (
              <Button size="xs" variant="ghost" onClick={() => change({ choices: guesses })}>
                <RotateCcw size={13} aria-hidden /> {t('columns.reset')}
              </Button>
            )}
          </header>
          <ul>
            {shown.map((i) => (
              <Row
                key={i}
                place={i}
                column={columns[i] as ImportColumn}
                named={isNamed(im.preview, (columns[i] as ImportColumn).index)}
                choice={choices[i] as Choice}
                guess={guesses[i]?.target ?? SKIP}
                type={im.recordType}
                problem={problems.columns.get(i)}
                other={columns[(problems.columns.get(i) as { with?: number } | undefined)?.with ?? -1]?.header}
                onChoose={onChoose}
              />
            ))}
          </ul>
          {all.length > shown.length && (
            <div className="border-t border-line-soft px-3 py-2">
              <Button variant="ghost" onClick={() => setLimit(limit + PAGE)}>
                {t('columns.more', { count: all.length - shown.length })}
              </Button>
            </div>
          )}
          {hidden.length > 0 && all.length === shown.length && (
            <div className="border-t border-line-soft px-3 py-2">
              <Button variant="ghost" aria-expanded={showEmpty} onClick={() => setShowEmpty(!showEmpty)}>
                {t(showEmpty ? 'columns.hideEmpty' : 'columns.showEmpty', { count: hidden.length })}
              </Button>
            </div>
          )}
        </section>
        <div className="@4xl:sticky @4xl:top-6 @4xl:self-start">
          <RecordCard im={im} choices={choices} />
          <p className="mt-2 px-1 text-xs text-subtle">{t('card.note')}</p>
        </div>
      </div>
    </StepLayout>
  )
}

type RowProps = {
  place: number
  column: ImportColumn
  named: boolean
  choice: Choice
  guess: Target
  type: FieldRecordType
  problem: ColumnProblem | undefined
  other: string | undefined
  onChoose: (place: number, choice: Partial<Choice>) => void
}
const Row = memo(function Row({ place, column, named, choice, guess, type, problem, other, onChoose }: RowProps) {
  const { t } = useTranslation('imports')
  const label = useTargetLabel(type)
  const custom = customFieldsNow(type)
  const defined = choice.target === 'custom' ? custom.find((f) => f.key === choice.customKey) : undefined
  const option = (value: string) => ({
    value: value as Target,
    label: label(value as Target),
    icon: <TargetIcon target={value as Target} />,
  })
  const id = controlId(place)
  const skipped = choice.target === SKIP
  const letter = columnLetter(place)
  const header = named ? column.header : t('columns.letter', { letter })
  const message =
    problem &&
    (problem.kind === 'conflict'
      ? t('columns.conflict', {
          field: label(problem.target),
          other: other?.trim() || columnLetter(problem.with),
        })
      : problem.kind === 'keyTaken'
        ? t('columns.keyTaken', { other: other?.trim() || columnLetter(problem.with) })
        : t('columns.keyEmpty'))
  const keyProblem = problem && problem.kind !== 'conflict'
  return (
    <li
      data-testid="import-column"
      className="grid items-start gap-x-4 gap-y-2 border-b border-line-soft px-4 py-3 last:border-0 @2xl:grid-cols-[minmax(0,4fr)_minmax(0,5fr)_16px_minmax(0,6fr)]"
    >
      <div className="min-w-0 @2xl:pt-1.5">
        <p id={`${id}-name`} className={cn('text-sm font-medium break-words', skipped && 'text-subtle')}>
          {header}
        </p>
        <p className="text-2xs text-subtle">{named ? t('columns.letter', { letter }) : t('columns.unnamed')}</p>
      </div>
      <div className="min-w-0 text-xs @2xl:pt-1.5">
        {column.samples.length === 0 ? (
          <span className="text-subtle italic">{t('columns.noSamples')}</span>
        ) : (
          <ul aria-label={t('columns.samples')} className="flex flex-col gap-0.5 @max-2xl:block @max-2xl:truncate">
            {[...new Set(column.samples)].slice(0, 3).map((s) => (
              <li
                key={s}
                title={s}
                className={cn(
                  'truncate leading-4.5 @max-2xl:inline @max-2xl:not-last:after:content-["_·_"]',
                  skipped ? 'text-subtle' : 'text-muted',
                )}
              >
                {s.replace(/\s+/g, ' ')}
              </li>
            ))}
          </ul>
        )}
      </div>
      <ArrowRight
        size={15}
        aria-hidden
        className={cn('mt-2 hidden @2xl:block', skipped ? 'text-faint opacity-40' : 'text-accent')}
      />
      <div className="flex min-w-0 flex-col gap-1.5">
        <Select<Target | CustomId>
          id={id}
          aria-label={t('columns.target', { column: header })}
          aria-invalid={problem?.kind === 'conflict' || undefined}
          aria-describedby={message ? `${id}-problem` : `${id}-hint`}
          value={defined ? customIdOf(defined) : choice.target}
          onValueChange={(target) =>
            onChoose(
              place,
              isCustomId(target)
                ? { target: 'custom', customKey: keyOf(target) }
                : {
                    target,
                    customKey: target === 'custom' ? freeKey(column.header, choice, !!defined) : choice.customKey,
                  },
            )
          }
          options={[
            ...[SKIP, ...TARGETS[type].filter((x) => x !== 'custom')].map(option),
            ...custom.map((f) => ({ value: customIdOf(f), label: f.name, icon: <KindIcon kind={f.kind} /> })),
            option('custom'),
          ]}
          className={cn(skipped && 'text-subtle!', problem?.kind === 'conflict' && 'border-danger!')}
        />
        {choice.target === 'custom' && !defined && (
          <Input
            id={keyProblem ? `${id}-key` : undefined}
            aria-label={t('columns.key', { column: header })}
            aria-invalid={keyProblem || undefined}
            aria-describedby={keyProblem ? `${id}-problem` : undefined}
            value={choice.customKey}
            maxLength={KEY_MAX}
            placeholder={t('columns.keyPlaceholder')}
            onChange={(e) => onChoose(place, { customKey: e.target.value })}
          />
        )}
        {message ? (
          <p id={`${id}-problem`} className="text-xs text-danger">
            {message}
          </p>
        ) : (
          <p id={`${id}-hint`} className="flex items-center gap-1.5 text-2xs text-subtle empty:hidden">
            {!skipped && <Hint guess={guess} target={choice.target} confidence={column.confidence} />}
          </p>
        )}
      </div>
    </li>
  )
})

/** A name for a field that nobody has defined. */
const freeKey = (header: string, choice: Choice, wasDefined: boolean) =>
  (!wasDefined && choice.customKey) || customKeyOf(header)

function KindIcon({ kind }: { kind: FieldKind }) {
  const Icon = KIND_ICONS[kind]
  return <Icon size={14} strokeWidth={1.8} aria-hidden className="shrink-0 text-subtle" />
}

/** Where the choice comes from; an unsure guess asks to be looked at. */
function Hint({ guess, target, confidence }: { guess: Target; target: Target; confidence: number }) {
  const { t } = useTranslation('imports')
  if (guess !== target) return t('columns.chosen')
  const sure = certainty(confidence)
  const tone = { sure: 'green', likely: 'blue', unsure: 'amber' } as const
  return (
    <>
      <span aria-hidden data-tone={tone[sure]} className="size-1.5 rounded-full bg-tone-solid" />
      {t(`columns.certainty.${sure}`)}
    </>
  )
}
