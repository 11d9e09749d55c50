import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { StepMark } from '@/shared/ui/step-frame'
import { audienceOptions, checkOptions, rehearsalOptions } from './api'
import { useWindowWords } from './schedule-words'
import { SECTIONS, type Section } from './search-params'
import { daysOf, doneOf, messagesOf } from './steps-model'
import type { Editing } from './use-draft'

type NavProps = { editing: Editing; at: Section; onJump: (to: Section) => void }
/** The parts of a draft, what each has come to, and which one is looked at. A line of chips on narrow screens. */
export function BuilderNav({ editing, at, onJump }: NavProps) {
  const { t } = useTranslation('campaigns')
  const facts = useFacts(editing)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    const chip = list.current?.querySelector<HTMLElement>(`[data-to=${at}]`)
    const line = list.current
    // Only sideways: the page itself stays where it is.
    if (chip && line && line.scrollWidth > line.clientWidth)
      line.scrollTo({ left: chip.offsetLeft - line.clientWidth / 2 + chip.offsetWidth / 2 })
  }, [at])
  return (
    <nav
      aria-label={t('parts')}
      className="shrink-0 border-line max-lg:border-b lg:w-64 lg:overflow-y-auto lg:border-r"
    >
      <ol ref={list} className="no-scrollbar relative flex gap-1 overflow-x-auto p-1.5 lg:flex-col lg:p-3">
        {SECTIONS.map((s, i) => {
          const { done, text, bad } = facts[s]
          return (
            <li key={s} className="shrink-0">
              <button
                type="button"
                data-to={s}
                aria-current={s === at ? 'step' : undefined}
                onClick={() => onJump(s)}
                className={cn(
                  'flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left text-sm whitespace-nowrap any-pointer-coarse:min-h-10 hover:bg-hover lg:items-start lg:py-2',
                  s === at ? 'bg-active font-medium text-fg' : 'text-muted',
                )}
              >
                <StepMark n={i + 1} at={s === at} done={done} className="lg:mt-px" />
                <span className="min-w-0">
                  <span className="block">
                    {t(`part.${s}`)}
                    <span className="sr-only">{done ? `, ${t('partDone')}` : ''}</span>
                  </span>
                  {text && (
                    <span
                      className={cn('hidden truncate text-xs font-normal lg:block', bad ? 'text-danger' : 'text-muted')}
                    >
                      {text}
                    </span>
                  )}
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

type Fact = { done: boolean; text?: string; bad?: boolean }
function useFacts({ campaign: c, steps }: Editing): Record<Section, Fact> {
  const { t } = useTranslation('campaigns')
  const { ago } = useFormat()
  const windows = useWindowWords()
  const audience = useQuery({ ...audienceOptions(c.id, c.audience), enabled: false }).data
  const check = useQuery({ ...checkOptions(c.id, c.version), enabled: false }).data
  const rehearsal = useQuery({ ...rehearsalOptions(c.id), enabled: false }).data
  const done = doneOf(c, steps)
  const tests = messagesOf(steps).filter((s) => s.action.variants.length > 1).length
  const bad = check?.problems.length ?? 0
  return {
    audience: { done: done.audience, text: audience && t('people', { count: audience.eligible }) },
    senders: { done: done.senders, text: t('senders.count', { count: c.accountIds.length }) },
    steps: {
      done: done.steps,
      text: `${t('steps.count', { count: steps.length })} · ${t('steps.days', { count: daysOf(steps) })}`,
    },
    variants: { done: done.variants, text: tests > 0 ? t('variants.tests', { count: tests }) : t('variants.none') },
    schedule: { done: done.schedule, text: c.schedule ? windows(c.schedule.windows) : undefined },
    check: {
      done: check?.ready ?? false,
      text: check && (bad > 0 ? t('check.problems', { count: bad }) : t('check.fine')),
      bad: bad > 0,
    },
    rehearse: {
      done: rehearsal?.state === 'done',
      text: rehearsal?.at && rehearsal.state === 'done' ? t('rehearse.done', { ago: ago(rehearsal.at) }) : undefined,
    },
  }
}
