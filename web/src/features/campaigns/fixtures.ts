import type { Action, Campaign, Enrolment, LogItem, Stats, Step, StepInput, Totals } from './types'

/** Campaigns for tests. */
export const NO_TOTALS: Totals = {
  ...{ enrolled: 0, waiting: 0, sending: 0, paused: 0, finished: 0, stopped: 0 },
  ...{ sent: 0, delivered: 0, read: 0, replied: 0, positive: 0, failed: 0, optedOut: 0 },
}
export const aMessage = (
  id: string,
  ...texts: string[]
): StepInput & { action: Extract<Action, { kind: 'message' }> } => ({
  id,
  action: {
    kind: 'message',
    channel: null,
    variants: texts.map((text, i) => ({
      id: `${id}-${i}`,
      name: String.fromCharCode(65 + i),
      weight: 50,
      templateId: null,
      text,
      media: [],
      state: 'running',
    })),
    experiment: { metric: 'replied', minimumSample: 100, automatic: true },
  },
})
export const aWait = (id: string, count = 2): StepInput => ({
  id,
  action: { kind: 'wait', wait: { until: 'workingDays', count } },
})
export const asSteps = (inputs: readonly StepInput[]): Step[] =>
  inputs.map((s, place) => ({ ...s, place, retired: false, held: false }))

export const aCampaign = (change: Partial<Campaign> = {}): Campaign => ({
  id: 'c1',
  name: 'Spring outreach',
  channel: 'telegram',
  state: 'draft',
  owner: { id: 'u1', name: 'Anna Petrova' },
  audience: {
    source: { kind: 'filter', filter: null, search: null },
    exclude: { writtenToWithinDays: null, campaignIds: [], contactIds: [] },
  },
  schedule: {
    inContactZone: true,
    timeZone: 'Europe/Berlin',
    windows: [{ days: [1, 2, 3, 4, 5], from: '10:00', to: '18:00' }],
    holidays: [],
    blackouts: [],
    perDay: null,
    perHour: null,
  },
  accountIds: ['a1'],
  heldAccountIds: [],
  stopOn: { autoReplies: false, reactions: false, stageIds: [] },
  policy: { total: { day: null, week: null }, coolDownDays: null, allowParallel: null },
  steps: asSteps([aMessage('s1', 'Hi {{contact.firstName|there}}'), aWait('s2'), aMessage('s3', 'Any news?')]),
  startsAt: null,
  startedAt: null,
  finishedAt: null,
  pauseReason: null,
  enrolling: false,
  totals: NO_TOTALS,
  days: [],
  stops: {},
  version: 1,
  createdAt: '2026-03-01T09:00:00Z',
  updatedAt: '2026-03-01T09:00:00Z',
  ...change,
})
export const anEnrolment = (change: Partial<Enrolment> = {}): Enrolment => ({
  id: 'e1',
  campaign: { id: 'c1', name: 'Spring outreach' },
  contact: { id: 'k1', name: 'Elena Sokolova' },
  state: 'waiting',
  cause: null,
  accountId: 'a1',
  stepId: 's1',
  dueAt: '2026-03-12T09:00:00Z',
  held: null,
  heldMessage: null,
  enrolledAt: '2026-03-10T09:00:00Z',
  endedAt: null,
  ...change,
})
export const someStats = (): Stats => {
  const counts = { sent: 40, delivered: 38, read: 20, replied: 8, positive: 3, failed: 2, optedOut: 1 }
  return {
    totals: { ...NO_TOTALS, ...counts, enrolled: 50, waiting: 10, finished: 30, stopped: 10 },
    steps: [
      {
        stepId: 's1',
        place: 0,
        kind: 'message',
        counts,
        variants: [{ variantId: 's1-0', name: 'A', state: 'running', counts }],
        judgement: { kind: 'single' },
      },
    ],
    accounts: [{ accountId: 'a1', name: 'Sales', counts, waiting: 3 }],
    days: [
      { day: '2026-03-10', sent: 25, replied: 3, positive: 1 },
      { day: '2026-03-11', sent: 15, replied: 5, positive: 2 },
    ],
    stops: { replied: 8, opted_out: 1, failed: 1 },
    refusals: [{ code: 'policy.day_cap', message: 'One message a day is the most', count: 4 }],
  }
}
export const aLine = (change: Partial<LogItem> = {}): LogItem => ({
  ...{ id: 'l1', at: '2026-03-10T09:00:00Z', kind: 'sent', contact: { id: 'k1', name: 'Elena Sokolova' } },
  ...{ enrolmentId: 'e1', stepId: null, variantId: null, accountId: null, messageId: null, chatId: null },
  ...{ code: null, message: null },
  ...change,
})
