import { textProblems } from './template-model'
import type { Action, ActionKind, Campaign, Schedule, Step, StepInput, Target, Variant } from './types'

/** Steps as they are put together. Pure, but for new ids. */
export const MOST_STEPS = 50
export const MOST_VARIANTS = 5
export const MOST_WEIGHT = 100
export const newId = (): string => crypto.randomUUID()

type MessageAction = Extract<Action, { kind: 'message' }>
export const isMessage = (s: StepInput): s is StepInput & { action: MessageAction } => s.action.kind === 'message'

/** A letter that no other variant has. */
export function freeName(variants: readonly Pick<Variant, 'name'>[]): string {
  const taken = new Set(variants.map((v) => v.name.toLowerCase()))
  for (let i = 0; ; i++) {
    const name = i < 26 ? String.fromCharCode(65 + i) : `A${i}`
    if (!taken.has(name.toLowerCase())) return name
  }
}
export const newVariant = (variants: readonly Variant[], text: string): Variant => ({
  id: newId(),
  name: freeName(variants),
  weight: 50,
  templateId: null,
  text,
  media: [],
  state: 'running',
})
export const newMessage = (text: string): StepInput => ({
  id: newId(),
  action: {
    kind: 'message',
    channel: null,
    variants: [newVariant([], text)],
    experiment: { metric: 'replied', minimumSample: 100, automatic: true },
  },
})

/** What a step begins as. Whole already, so that it can be kept at once, where that is possible. */
export function newStep(kind: ActionKind, texts: { message: string; task: string }): StepInput {
  const id = newId()
  switch (kind) {
    case 'message':
      return newMessage(texts.message)
    case 'wait':
      return { id, action: { kind, wait: { until: 'workingDays', count: 2 } } }
    case 'condition':
      return {
        id,
        action: {
          kind,
          question: { kind: 'message', fate: 'read', stepId: null },
          // biome-ignore lint/suspicious/noThenProperty: a word of the server's; it is no function
          then: { kind: 'next' },
          otherwise: { kind: 'stop' },
        },
      }
    case 'task':
      return { id, action: { kind, title: texts.task, note: null, dueInDays: 1, assigneeId: null } }
    case 'moveStage':
      return { id, action: { kind, stageId: '' } }
    case 'stop':
      return { id, action: { kind } }
  }
}

/** What a new campaign begins with. */
export const PATTERNS = ['followUp', 'single', 'blank'] as const
export type Pattern = (typeof PATTERNS)[number]
export function stepsOf(pattern: Pattern, texts: { first: string; second: string }): StepInput[] {
  if (pattern === 'blank') return []
  const first = newMessage(texts.first)
  if (pattern === 'single') return [first]
  return [first, newStep('wait', { message: '', task: '' }), newMessage(texts.second)]
}
/** Working days, on the clocks of whoever is written to. */
export const officeHours = (timeZone: string): Schedule => ({
  inContactZone: true,
  timeZone,
  windows: [{ days: [1, 2, 3, 4, 5], from: '10:00', to: '18:00' }],
  holidays: [],
  blackouts: [],
  perDay: null,
  perHour: null,
})

export function moved<T extends { id: string }>(items: readonly T[], id: string, to: number): T[] {
  const from = items.findIndex((i) => i.id === id)
  const item = items[from]
  if (!item) return [...items]
  return items.toSpliced(from, 1).toSpliced(Math.max(0, Math.min(items.length - 1, to)), 0, item)
}
/** The same again, with ids of its own. */
export function copyOf(step: StepInput): StepInput {
  const action = isMessage(step)
    ? { ...step.action, variants: step.action.variants.map((v) => ({ ...v, id: newId(), state: 'running' as const })) }
    : step.action
  return { id: newId(), action }
}
export const without = (steps: readonly StepInput[], id: string) => steps.filter((s) => s.id !== id)
export const withAction = <S extends StepInput>(steps: readonly S[], id: string, action: Action): S[] =>
  steps.map((s) => (s.id === id ? { ...s, action } : s))

/** What stands against a step; each is a text of its own. */
export type Problem =
  | 'noVariants'
  | 'emptyText'
  | 'unknownVariable'
  | 'sameName'
  | 'notBefore'
  | 'notAfter'
  | 'noStage'
  | 'noTitle'
  | 'noFilter'
  | 'badWait'
export type StepProblem = { stepId: string; problem: Problem }

/** The longest wait. */
const MOST_DAYS = 180
/** As the server looks at them: what it would refuse is not sent, but kept on screen until it is whole. */
export function problemsOf(steps: readonly StepInput[]): StepProblem[] {
  return steps.flatMap((s, i) => problemsIn(s.action, steps, i).map((problem) => ({ stepId: s.id, problem })))
}
function problemsIn(a: Action, steps: readonly StepInput[], at: number): Problem[] {
  switch (a.kind) {
    case 'message':
      return ofMessage(a)
    case 'wait': {
      if (a.wait.until === 'weekday') return /^\d{2}:\d{2}$/.test(a.wait.time) ? [] : ['badWait']
      const most = a.wait.until === 'hours' ? MOST_DAYS * 24 : MOST_DAYS
      return Number.isInteger(a.wait.count) && a.wait.count >= 1 && a.wait.count <= most ? [] : ['badWait']
    }
    case 'condition':
      return ofCondition(a, steps, at)
    case 'task':
      return a.title.trim() ? [] : ['noTitle']
    case 'moveStage':
      return a.stageId ? [] : ['noStage']
    case 'stop':
      return []
  }
}
function ofMessage({ variants }: MessageAction): Problem[] {
  if (variants.length === 0) return ['noVariants']
  const found = new Set<Problem>()
  for (const v of variants) {
    if (!v.text.trim() && v.media.length === 0) found.add('emptyText')
    if (textProblems(v.text).length > 0) found.add('unknownVariable')
  }
  if (new Set(variants.map((v) => v.name.trim().toLowerCase())).size < variants.length) found.add('sameName')
  return [...found]
}
function ofCondition(
  { question: q, then, otherwise }: Extract<Action, { kind: 'condition' }>,
  steps: readonly StepInput[],
  at: number,
): Problem[] {
  const found: Problem[] = []
  if (q.kind === 'stage' && q.stageIds.length === 0) found.push('noStage')
  if (q.kind === 'fields' && Object.keys(q.filter).length === 0) found.push('noFilter')
  if (q.kind === 'message' && q.stepId && !before(steps, at).some((s) => s.id === q.stepId)) found.push('notBefore')
  if ([then, otherwise].some((x) => x.kind === 'step' && !steps.slice(at + 1).some((s) => s.id === x.stepId)))
    found.push('notAfter')
  return found
}
/** Messages that a condition may ask about. */
export const before = (steps: readonly StepInput[], at: number) => steps.slice(0, at).filter(isMessage)

/** After steps changed places: what a condition names must still be there, before or after it. */
export function mended(steps: readonly StepInput[]): StepInput[] {
  return steps.map((s, i) => {
    if (s.action.kind !== 'condition') return s
    const { question: q } = s.action
    const target = (x: Target): Target =>
      x.kind === 'step' && !steps.slice(i + 1).some((o) => o.id === x.stepId) ? { kind: 'next' } : x
    const asked = q.kind === 'message' && q.stepId && !before(steps, i).some((o) => o.id === q.stepId)
    return {
      ...s,
      action: {
        ...s.action,
        question: asked ? { ...q, stepId: null } : q,
        // biome-ignore lint/suspicious/noThenProperty: a word of the server's; it is no function
        then: target(s.action.then),
        otherwise: target(s.action.otherwise),
      },
    }
  })
}

/** Parts of a whole, in percent that add up: the largest remainders are rounded up. */
export function sharesOf(weights: readonly number[]): number[] {
  const total = weights.reduce((n, w) => n + w, 0)
  if (total <= 0) return weights.map(() => 0)
  const exact = weights.map((w) => (w / total) * 100)
  const shares = exact.map(Math.floor)
  const order = exact.map((x, i) => ({ i, rest: x - Math.floor(x) })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  const missing = 100 - shares.reduce((n, s) => n + s, 0)
  for (const { i } of order.slice(0, missing)) shares[i] = (shares[i] ?? 0) + 1
  return shares
}

/** Steps that are still walked, in order. */
export const liveSteps = (steps: readonly Step[]) =>
  steps.filter((s) => !s.retired).toSorted((a, b) => a.place - b.place)
export const messagesOf = (steps: readonly StepInput[]) => steps.filter(isMessage)

/** How long it takes at least, in days: what waits add up to, rounded down. */
export function daysOf(steps: readonly StepInput[]): number {
  let hours = 0
  for (const { action } of steps) {
    if (action.kind !== 'wait') continue
    const { wait } = action
    if (wait.until === 'hours') hours += wait.count
    else if (wait.until === 'days') hours += wait.count * 24
    else if (wait.until === 'workingDays') hours += Math.floor((wait.count * 7) / 5) * 24
    else hours += 24
  }
  return Math.floor(hours / 24)
}

/** Which sections of a draft have all they need. */
export type Done = Record<'audience' | 'senders' | 'steps' | 'variants' | 'schedule', boolean>
export function doneOf(c: Pick<Campaign, 'audience' | 'accountIds' | 'schedule'>, steps: readonly StepInput[]): Done {
  const { source } = c.audience
  const whole = problemsOf(steps).length === 0
  return {
    audience: source.kind === 'contacts' ? source.contactIds.length > 0 : source.kind !== 'view' || !!source.viewId,
    senders: c.accountIds.length > 0,
    steps: whole && steps.some(isMessage),
    variants: whole && steps.some(isMessage),
    schedule: !!c.schedule && c.schedule.windows.length > 0 && c.schedule.windows.every((w) => w.days.length > 0),
  }
}

/** Steps that are new, gone, elsewhere or other than they were. */
export function changedSteps(before: readonly StepInput[], after: readonly StepInput[]): string[] {
  const was = new Map(before.map((s, i) => [s.id, { i, action: JSON.stringify(s.action) }]))
  const is = new Set(after.map((s) => s.id))
  const gone = before.filter((s) => !is.has(s.id)).map((s) => s.id)
  const other = after.filter((s, i) => {
    const w = was.get(s.id)
    return !w || w.i !== i || w.action !== JSON.stringify(s.action)
  })
  return [...gone, ...other.map((s) => s.id)]
}
/** The place of the last step that somebody has passed for certain; −1 where nothing went yet. */
export function passedUpTo(
  steps: readonly StepInput[],
  stats: readonly { stepId: string; counts: { sent: number; failed: number; queued?: number } }[],
): number {
  const went = new Set(
    stats.filter((s) => s.counts.sent + s.counts.failed + (s.counts.queued ?? 0) > 0).map((s) => s.stepId),
  )
  return steps.findLastIndex((s) => went.has(s.id))
}
