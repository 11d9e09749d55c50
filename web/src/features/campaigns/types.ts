import type { FilterNode } from '@/shared/lib/address'

/** What the routes of campaigns take and give. To be had from the generated types once the server documents them. */
export type Channel = 'telegram' | 'email'
export type CampaignState = 'draft' | 'scheduled' | 'running' | 'paused' | 'finished' | 'archived'
export type EnrolmentState = 'waiting' | 'sending' | 'paused' | 'finished' | 'stopped'
export type StopCause = 'replied' | 'opted_out' | 'stage' | 'deleted' | 'manual' | 'policy' | 'failed' | 'step'
export type Named = { id: string; name: string }

export type AudienceSource =
  | { kind: 'view'; viewId: string }
  | { kind: 'filter'; filter: FilterNode | null; search: string | null }
  | { kind: 'import'; importId: string }
  | { kind: 'contacts'; contactIds: string[] }
export type Exclusions = { writtenToWithinDays: number | null; campaignIds: string[]; contactIds: string[] }
export type Audience = { source: AudienceSource; exclude: Exclusions }

/** `days`: 1 is Monday. Over midnight when `to` is not later than `from`. */
export type Window = { days: number[]; from: string; to: string }
export type Schedule = {
  inContactZone: boolean
  timeZone: string
  windows: Window[]
  /** `YYYY-MM-DD`, or `MM-DD` for every year. */
  holidays: string[]
  blackouts: { from: string; to: string }[]
  perDay: number | null
  perHour: number | null
}
export type StopOn = { autoReplies: boolean; reactions: boolean; stageIds: string[] }
export type Cap = { day: number | null; week: number | null }
/** Where a campaign is stricter than the organization. */
export type Overrides = { total: Cap; coolDownDays: number | null; allowParallel: boolean | null }

export type Metric = 'replied' | 'positive' | 'read'
export type Fate = 'delivered' | 'read' | 'replied' | 'positive' | 'failed'
export type Variant = {
  id: string
  name: string
  weight: number
  templateId: string | null
  text: string
  media: string[]
  state: 'running' | 'won' | 'lost'
}
export type Experiment = { metric: Metric; minimumSample: number; automatic: boolean }
export type Wait =
  | { until: 'hours' | 'days' | 'workingDays'; count: number }
  | { until: 'weekday'; weekday: number; time: string }
export type Question =
  | { kind: 'message'; fate: Fate; stepId: string | null }
  | { kind: 'stage'; stageIds: string[] }
  | { kind: 'fields'; filter: FilterNode }
export type Target = { kind: 'next' } | { kind: 'step'; stepId: string } | { kind: 'stop' }
export type Action =
  | { kind: 'message'; channel: Channel | null; variants: Variant[]; experiment: Experiment }
  | { kind: 'wait'; wait: Wait }
  | { kind: 'condition'; question: Question; then: Target; otherwise: Target }
  | { kind: 'task'; title: string; note: string | null; dueInDays: number; assigneeId: string | null }
  | { kind: 'moveStage'; stageId: string }
  | { kind: 'stop' }
export type ActionKind = Action['kind']
/** As it is sent: the id is made here, so that conditions can name it. */
export type StepInput = { id: string; action: Action }
export type Step = StepInput & { place: number; retired: boolean; held: boolean }

export type Counts = {
  sent: number
  delivered: number
  read: number
  replied: number
  positive: number
  failed: number
  optedOut: number
  queued?: number
}
export type Totals = Counts & {
  enrolled: number
  waiting: number
  sending: number
  paused: number
  finished: number
  stopped: number
}
/** UTC. `replied`: answers that came that day, `positive` of them. */
export type CampaignDay = { day: string; sent: number; replied: number; positive: number }
export type Campaign = {
  id: string
  name: string
  channel: Channel
  state: CampaignState
  owner: Named | null
  audience: Audience
  schedule: Schedule | null
  accountIds: string[]
  heldAccountIds: string[]
  stopOn: StopOn
  policy: Overrides
  /** Empty in lists. */
  steps: Step[]
  startsAt: string | null
  startedAt: string | null
  finishedAt: string | null
  pauseReason: string | null
  enrolling: boolean
  totals: Totals
  /** The last fortnight, the newest last; nothing is left out. */
  days: CampaignDay[]
  stops: Partial<Record<StopCause, number>>
  version: number
  createdAt: string
  updatedAt: string
}
/** All that people set, but the steps. */
export type CampaignPatch = Partial<
  Pick<Campaign, 'name' | 'channel' | 'audience' | 'schedule' | 'accountIds' | 'stopOn' | 'policy' | 'startsAt'>
>
export type NewCampaign = Pick<Campaign, 'name' | 'channel'> & CampaignPatch & { steps?: StepInput[] }
export type CampaignPage = {
  items: Campaign[]
  page: { total: number; totalIsEstimate?: boolean; nextCursor: string | null }
}
export type Impact = { behind: number; ahead: number }

export type Reason = { code: string; message: string; params?: Record<string, string>; until?: string | null }
export type Counted = { code: string; message: string; count: number }
export type AudiencePreview = {
  count: number
  isEstimate: boolean
  /** Contacts that were judged one by one. */
  looked: number
  eligible: number
  exclusions: Counted[]
  sample: { id: string; name: string; company: string | null; excluded: Reason[] }[]
}
export type ForecastDay = { day: string; first: number; followUps: number; capacity: number }
export type Forecast = {
  contacts: number
  perDay: ForecastDay[]
  finishesOn: string | null
  leftOver?: number
  senders: { accountId: string; name: string; ready: boolean; whyNot: string | null; health: number; perDay: number }[]
}
/** As the server tells it: nothing is foretold while something is missing. */
export type ForecastAnswer = Pick<Forecast, 'contacts' | 'senders'> & {
  forecast: {
    days: { date: string; begins: number; followUps: number; capacity: number }[]
    finishesOn: string | null
    leftOver: number
  } | null
}
export type Check = {
  ready: boolean
  problems: { field: string; code: string; message: string }[]
  warnings: { code: string; message: string; count: number | null }[]
}
export type Rendered = { variantId: string | null; text: string; missing: string[]; fallbacks: string[] }
export type MissingReport = {
  contacts: number
  complete: number
  variables: Record<string, { count: number; fallbacks: number; contactIds: string[] }>
}
export type Preview = {
  items: { contactId: string; name: string; variants: Rendered[] }[]
  report: MissingReport
}

export type RehearsalDay = {
  sent: number
  begins: number
  firstContacts: number
  delivered: number
  read: number
  failed: number
  replied: number
  positive: number
  negative: number
  optedOut: number
  autoReplies: number
  floods: number
  calledBack: number
  tasks: number
  moves: number
  refused: Record<string, number>
  putOff: Record<string, number>
  finished: number
  stopped: Partial<Record<StopCause, number>>
}
/** `network`: by the code that sends, in a world of its own; `quick`: by the rules alone. */
export type RehearsalMode = 'quick' | 'network'
export type RehearsalReport = {
  /** As it was played, which may be quicker than it was asked for. Older ones do not say. */
  mode?: RehearsalMode
  days: Record<string, RehearsalDay>
  variants: Record<string, Record<string, { sent: number; read: number; replied: number; positive: number }>>
  senders: Record<string, number>
  onTheWay: number
  notBegun: number
  people?: number
}
export type Rehearsal = {
  id?: string | null
  state: 'none' | 'running' | 'done' | 'failed'
  progress?: number
  result: RehearsalReport | null
  outdated?: boolean
  at: string | null
}
export type RehearseInput = { days?: number; people?: number; seed?: number; mode?: RehearsalMode }

export type Enrolment = {
  id: string
  /** Null of one out of reach. */
  campaign: Named | null
  contact: Named | null
  state: EnrolmentState
  cause: StopCause | null
  accountId: string | null
  /** The last one that was done. */
  stepId: string | null
  dueAt: string | null
  /** Why it waits now. */
  held: string | null
  heldMessage: string | null
  enrolledAt: string
  endedAt: string | null
}
export type Cursored<T> = { items: T[]; nextCursor: string | null; total?: number }
export type EnrolledAnswer = { enrolled: number; refused: { contactId: string; reasons: Reason[] }[] }

export type Comparison = { leader: string; runnerUp: string; p: number; level: number; lift: number | null }
export type Judgement =
  | { kind: 'single' }
  | { kind: 'tooFew'; smallest: number; needed: number }
  | { kind: 'open'; comparison: Comparison; nextAt: number }
  | { kind: 'won'; comparison: Comparison }
export type VariantStats = { variantId: string; name: string; state: Variant['state']; counts: Counts }
export type StepStats = {
  stepId: string
  place: number
  kind: ActionKind
  counts: Counts
  variants: VariantStats[]
  judgement: Judgement | null
}
export type AccountStats = { accountId: string; name: string | null; counts: Counts; waiting: number }
export type Stats = {
  totals: Totals
  steps: StepStats[]
  accounts: AccountStats[]
  /** From the first message on, at most 90. */
  days: CampaignDay[]
  stops: Partial<Record<StopCause, number>>
  /** Contacts by reason, the most frequent first. */
  refusals: Counted[]
}

export type LogKind =
  | 'started'
  | 'not_started'
  | 'through'
  | 'called_back'
  | 'won'
  | 'enrolled'
  | 'queued'
  | 'sent'
  | 'read'
  | 'replied'
  | 'failed'
  | 'stopped'
  | 'finished'
  | 'paused'
  | 'refused'
  | 'task'
  | 'moved'
export type LogItem = {
  id: string
  at: string
  kind: LogKind
  contact: Named | null
  enrolmentId: string | null
  stepId: string | null
  variantId: string | null
  accountId: string | null
  messageId: string | null
  chatId: string | null
  /** Of `enrolled` how many, of `task` its title, otherwise why. */
  code: string | null
  /** Why, in words; null where the code gives no reason. */
  message: string | null
}

export type Verdict = { channel: Channel; allowed: boolean; reasons: Reason[]; notBefore: string | null }
export type OfContact = {
  enrolments: Enrolment[]
  refusals: { campaign: Named | null; code: string; message: string; at: string; count: number }[]
  verdicts: Verdict[]
}
/** An account that may send, as the accounts' own routes tell of it. */
export type Sender = {
  id: string
  name: string
  network: string
  status: string
  statusText: string | null
  isConnected: boolean
  mode: 'active' | 'replies_only' | 'paused'
  health: { score: number }
  limits: { firstContactsPerDay: number; messagesPerDay: number }
  usedToday: { firstContacts: number; messages: number }
  floodUntil: string | null
}
/** The texts one may begin with. */
export type Template = { id: string; name: string; shortcut: string | null; text: string }
