import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get, send } from '@/shared/api/call'
import { forecastOf } from './schedule-model'
import type {
  Audience,
  AudiencePreview,
  Campaign,
  CampaignPage,
  CampaignPatch,
  Check,
  Cursored,
  EnrolledAnswer,
  Enrolment,
  ForecastAnswer,
  Impact,
  LogItem,
  NewCampaign,
  OfContact,
  Preview,
  Rehearsal,
  RehearseInput,
  Sender,
  Stats,
  StepInput,
  Template,
} from './types'

const B = '/api/campaigns'
const one = (id: string) => `${B}/${id}`
const PAGE = 50
/** A rehearsal under way tells no events. */
const LOOK_MS = 1000

export type ListQuery = { state?: string; search?: string }
export type EnrolmentQuery = {
  state?: string
  cause?: string
  stepId?: string
  accountId?: string
}
/** Archived ones come only when they are asked for. */
const filterOf = (state: string | undefined) => state && JSON.stringify({ field: 'state', op: 'eq', value: state })

export const api = {
  list: ({ state, search }: ListQuery, cursor?: string, signal?: AbortSignal) =>
    get<CampaignPage>(B, { filter: filterOf(state), search, sort: '-updatedAt', limit: PAGE, cursor }, signal),
  get: (id: string, signal?: AbortSignal) => get<Campaign>(one(id), {}, signal),
  create: (body: NewCampaign) => send<Campaign>('POST', B, body),
  patch: (id: string, body: CampaignPatch & { version: number }) => send<Campaign>('PATCH', one(id), body),
  archive: (id: string) => send('DELETE', one(id)),
  duplicate: (id: string) => send<Campaign>('POST', `${one(id)}/duplicate`, {}),
  steps: (id: string, steps: readonly StepInput[], version: number, dryRun?: boolean) =>
    send<{ campaign: Campaign; impact: Impact }>(
      'PUT',
      `${one(id)}/steps`,
      { steps: steps.map(({ id: stepId, action }) => ({ id: stepId, action })), version },
      dryRun ? { dryRun } : undefined,
    ),
  schedule: (id: string, startsAt: string, version: number) =>
    send<Campaign>('POST', `${one(id)}/schedule`, { startsAt, version }),
  start: (id: string, confirm: string, version: number) =>
    send<Campaign>('POST', `${one(id)}/start`, { confirm, version }),
  turn: (id: string, how: 'unschedule' | 'pause' | 'resume' | 'finish') =>
    send<Campaign>('POST', `${one(id)}/${how}`, {}),
  part: (id: string, of: 'senders' | 'steps', partId: string, how: 'pause' | 'resume') =>
    send<Campaign>('POST', `${one(id)}/${of}/${partId}/${how}`, {}),
  audience: (id: string, audience: Audience, signal?: AbortSignal) =>
    ask<AudiencePreview>(`${one(id)}/audience/preview`, { audience }, signal),
  forecast: (id: string, signal?: AbortSignal) =>
    get<ForecastAnswer>(`${one(id)}/forecast`, {}, signal).then(forecastOf),
  check: (id: string, signal?: AbortSignal) => get<Check>(`${one(id)}/check`, {}, signal),
  preview: (id: string, body: { stepId?: string; text?: string; contactIds?: string[] }) =>
    ask<Preview>(`${one(id)}/preview`, body),
  rehearse: (id: string, body: RehearseInput) => send<Rehearsal>('POST', `${one(id)}/rehearse`, body),
  rehearsal: (id: string, signal?: AbortSignal) => get<Rehearsal>(`${one(id)}/rehearsal`, {}, signal),
  enrolments: (id: string, query: EnrolmentQuery, cursor?: string, signal?: AbortSignal) =>
    get<Cursored<Enrolment>>(`${one(id)}/enrolments`, { ...query, cursor, limit: PAGE }, signal),
  enrol: (id: string, contactIds: readonly string[]) =>
    send<EnrolledAnswer>('POST', `${one(id)}/enrolments`, { contactIds }),
  turnEnrolment: (id: string, how: 'stop' | 'pause' | 'resume') =>
    send<Enrolment>('POST', `${B}/enrolments/${id}/${how}`, {}),
  stats: (id: string, signal?: AbortSignal) => get<Stats>(`${one(id)}/stats`, {}, signal),
  log: (id: string, cursor?: string, signal?: AbortSignal) =>
    get<Cursored<LogItem>>(`${one(id)}/log`, { cursor, limit: PAGE }, signal),
  ofContact: (id: string, signal?: AbortSignal) => get<OfContact>(`${B}/contacts/${id}`, {}, signal),
  senders: (signal?: AbortSignal) => get<{ items: Sender[] }>('/api/bd-accounts', {}, signal).then((r) => r.items),
  templates: (signal?: AbortSignal) =>
    get<{ items: Template[] }>('/api/messaging/templates', {}, signal).then((r) => r.items),
}
/** Asks with a body; nothing is changed by it. */
function ask<T>(url: string, body: object, signal?: AbortSignal): Promise<T> {
  // The call cannot be given up once it is under way; its answer is not taken any more.
  return send<T>('POST', url, body).then((answer) => {
    signal?.throwIfAborted()
    return answer
  })
}

/** The second word is what of it: events touch them by name and id (shared/live/effects.ts). */
export const keys = {
  lists: ['campaigns'],
  one: (id: string) => ['campaign', id],
  plan: (id: string) => ['campaign-plan', id],
  stats: (id: string) => ['campaign-stats', id],
  log: (id: string) => ['campaign-log', id],
  enrolments: (id: string) => ['campaign-enrolments', id],
  ofContact: (id: string) => ['campaigns-of', id],
} as const

export const listOptions = (query: ListQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.lists, query],
    queryFn: ({ pageParam, signal }) => api.list(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })
export const campaignOptions = (id: string) =>
  queryOptions({ queryKey: keys.one(id), queryFn: ({ signal }) => api.get(id, signal) })
/** `version`: what was asked of an older draft is asked again. */
export const audienceOptions = (id: string, audience: Audience) =>
  queryOptions({
    queryKey: [...keys.plan(id), 'audience', audience],
    queryFn: ({ signal }) => api.audience(id, audience, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
export const forecastOptions = (id: string, version: number) =>
  queryOptions({
    queryKey: [...keys.plan(id), 'forecast', version],
    queryFn: ({ signal }) => api.forecast(id, signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
export const checkOptions = (id: string, version: number) =>
  queryOptions({
    queryKey: [...keys.plan(id), 'check', version],
    queryFn: ({ signal }) => api.check(id, signal),
    placeholderData: keepPreviousData,
  })
export const rehearsalOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.plan(id), 'rehearsal'],
    queryFn: ({ signal }) => api.rehearsal(id, signal),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? LOOK_MS : false),
  })
export const statsOptions = (id: string) =>
  queryOptions({ queryKey: keys.stats(id), queryFn: ({ signal }) => api.stats(id, signal) })
export const logOptions = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.log(id),
    queryFn: ({ pageParam, signal }) => api.log(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
export const enrolmentsOptions = (id: string, query: EnrolmentQuery) =>
  infiniteQueryOptions({
    queryKey: [...keys.enrolments(id), query],
    queryFn: ({ pageParam, signal }) => api.enrolments(id, query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })
export const ofContactOptions = (id: string) =>
  queryOptions({ queryKey: keys.ofContact(id), queryFn: ({ signal }) => api.ofContact(id, signal) })
/** Under the key of the accounts: what happens to one is seen here too. */
export const sendersOptions = () =>
  queryOptions({ queryKey: ['bd-accounts', 'senders'], queryFn: ({ signal }) => api.senders(signal) })
export const templatesOptions = () =>
  queryOptions({ queryKey: ['chat-templates'], queryFn: ({ signal }) => api.templates(signal), staleTime: 60_000 })
