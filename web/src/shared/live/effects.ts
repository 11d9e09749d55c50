import type { QueryKey } from '@tanstack/react-query'
import type { Held } from './hold'

/** Which queries an event of the server touches. Pure. */
export type LiveEvent = {
  seq: number
  type: string
  occurredAt: string
  cause: { eventId?: string | null; batchId?: string | null; requestId: string }
  subject: { kind: string; ids: readonly string[]; count: number }
  data: Record<string, unknown>
}
/** Queries of one name. With ids: only those of these records, and lists that may have them. */
export type Effect = { queries: string; ids: readonly string[] | null }

const OF_ONE = new Set([
  ...['bd-account', 'bd-dialogs', 'bd-health', 'bd-sessions', 'campaign', 'campaign-plan', 'campaign-stats'],
  ...['campaign-log', 'campaign-enrolments', 'campaigns-of', 'contact-policy-check', 'contact-consents'],
])
const TYPED = new Set(['views', 'custom-fields', 'duplicateGroups', 'duplicates'])
/** What a query is called here, and the record it is of. */
export function nameOf(key: QueryKey): { queries: string; id: string | null } {
  const [first, second, third] = key as readonly (string | undefined)[]
  if (typeof first !== 'string') {
    const { _id, path } = (first ?? {}) as { _id?: string; path?: { id?: string } }
    return { queries: _id ?? '', id: path?.id ?? null }
  }
  if (first === 'deal' || OF_ONE.has(first)) return { queries: first, id: second ?? null }
  if (first === 'board') return { queries: first, id: (second === 'forecast' ? third : second) ?? null }
  if (first === 'moves') return { queries: first, id: third ?? null }
  if (first === 'record-name') return { queries: `${first}/${second}`, id: third ?? null }
  return { queries: TYPED.has(first) ? `${first}/${second}` : first, id: null }
}
export function touches({ queries, ids }: Effect, key: QueryKey) {
  const name = nameOf(key)
  return name.queries === queries && (ids === null || name.id === null || ids.includes(name.id))
}

const HELD: Record<string, Held> = {
  listContacts: 'records',
  listCompanies: 'records',
  getContact: 'records',
  getCompany: 'records',
  board: 'deals',
  deals: 'deals',
  deal: 'deals',
  pipelines: 'pipelines',
}
export const heldAs = (queries: string): Held | undefined =>
  HELD[queries] ?? (queries.startsWith('custom-fields/') ? 'fields' : undefined)

const all = (...names: string[]): Effect[] => names.map((queries) => ({ queries, ids: null }))
const RECORDS = {
  contact: { list: 'listContacts', one: 'getContact', timeline: 'getContactTimeline' },
  company: { list: 'listCompanies', one: 'getCompany', timeline: 'getCompanyTimeline' },
}
type RecordKind = keyof typeof RECORDS

function ofRecords(kind: RecordKind, ids: Effect['ids'], { type, data }: LiveEvent): Effect[] {
  const groups = [`duplicateGroups/${kind}`, `duplicates/${kind}`]
  if (type.endsWith('.duplicates.dismissed')) return all(...groups)
  const { list, one, timeline } = RECORDS[kind]
  const fields = Array.isArray(data['fields']) ? (data['fields'] as string[]) : null
  const changed = (field: string) => fields === null || fields.includes(field)
  const effects = [list, one, timeline, `record-name/${kind}`].map((queries) => ({ queries, ids }))
  effects.push(...all('getOverview', ...groups))
  if (changed('tags')) effects.push(...all('listTags'))
  // Deals and contacts show the name of whom they are with.
  if (type.endsWith('.updated') && changed('name')) {
    effects.push(...all('board', 'deals', 'deal'))
    if (kind === 'company') effects.push(...all('listContacts', 'getContact'))
  }
  if (kind === 'contact' && (changed('doNotContact') || changed('timeZone')))
    effects.push({ queries: 'contact-policy-check', ids })
  if (kind === 'contact' && (changed('companyId') || changed('company'))) effects.push(...all('getCompany'))
  return effects
}

function ofDeals(ids: Effect['ids'], { data }: LiveEvent): Effect[] {
  const pipeline = data['pipelineId']
  // A deal tells its pipeline only when it is made or moved. Histories of stages are known by the stage.
  const stages = [data['fromStage'], data['toStage'], data['stageId']].filter((x) => typeof x === 'string')
  return [
    { queries: 'board', ids: typeof pipeline === 'string' ? [pipeline] : null },
    { queries: 'moves', ids: ids && [...ids, ...stages] },
    ...['deals', 'deal', 'getDealTimeline', 'record-name/deal'].map((queries) => ({ queries, ids })),
    ...all('pipelines', 'getContactTimeline', 'getCompanyTimeline', 'getOverview'),
  ]
}

function ofNotes({ data }: LiveEvent): Effect[] {
  const ids = [String(data['recordId'])]
  const kind = String(data['recordType'])
  if (kind === 'contact' || kind === 'company') return [{ queries: RECORDS[kind].timeline, ids }, ...all('getOverview')]
  return [{ queries: 'getDealTimeline', ids }, ...all('getContactTimeline', 'getCompanyTimeline', 'getOverview')]
}

/** By these other things were said than were. */
const SAID = new Set([
  ...['message.sent', 'message.edited', 'message.deleted'],
  ...['chat.linked', 'chat.merged', 'chat.split', 'chat.synced'],
])
/** What became of a message counts in its campaign, too. */
const COUNTED = new Set(['message.read', 'message.failed'])
/** Lists and threads on screen are told message by message. Only what comes in names its contact. */
function ofTalks({ type, data }: LiveEvent): Effect[] {
  const lists = all('inbox-counts', 'chats-of')
  const contact = data['contactId']
  if (type === 'message.received')
    return typeof contact === 'string' ? [...lists, { queries: 'getContactTimeline', ids: [contact] }] : lists
  if (COUNTED.has(type)) return [...lists, ...all('campaign-stats', 'campaign-log')]
  return SAID.has(type) ? [...lists, ...all('getContactTimeline')] : lists
}

function ofAccounts({ type, data, subject }: LiveEvent): Effect[] {
  const id = data['accountId'] ?? subject.ids[0]
  const ids = typeof id === 'string' ? [id] : null
  if (type === 'sync.progress') return [{ queries: 'bd-account', ids }]
  if (type === 'bd_account.dialogs.updated') return [{ queries: 'bd-dialogs', ids }]
  return [...['bd-account', 'bd-health'].map((queries) => ({ queries, ids })), ...all('bd-accounts', 'inbox-counts')]
}

/** What happens in a campaign comes by the hundred: the one that is open is read anew, at most so often. */
function ofCampaigns(ids: Effect['ids'], { type, data, subject }: LiveEvent): Effect[] {
  const id = data['campaignId'] ?? (subject.kind === 'campaign' ? subject.ids[0] : undefined)
  const one = typeof id === 'string' && !(subject.kind === 'campaign' && ids === null) ? [id] : null
  const contacts = subject.kind === 'contact' ? ids : null
  const about = ['campaign-stats', 'campaign-log', 'campaign-enrolments'].map((queries) => ({ queries, ids: one }))
  const effects = [{ queries: 'campaign', ids: one }, ...about, ...all('campaigns')]
  // What an account has left today is shown beside what it did.
  if (type === 'enrolment.step.sent') effects.push(...all('bd-accounts'))
  if (type.startsWith('enrolment.')) return [...effects, { queries: 'campaigns-of', ids: contacts }]
  return [...effects, { queries: 'campaign-plan', ids: one }, ...all('campaigns-of')]
}

/** What a contact wants, and what follows from it. */
const ABOUT_POLICY = ['campaigns-of', 'contact-consents', 'contact-policy-check']
const PEOPLE = ['listMembers', 'members', 'team-members', 'team-member-access']

export function effectsOf(event: LiveEvent): Effect[] {
  const { type, subject, data } = event
  const ids = subject.count > subject.ids.length ? null : subject.ids
  const recordType = String(data['recordType'])
  if (type === 'stage.rule.rejected' || type === 'export.completed') return []
  switch (type.split('.')[0]) {
    case 'contact':
      if (type === 'contact.opted_out')
        return [...all('getContact'), ...ABOUT_POLICY.map((queries) => ({ queries, ids }))]
      return ofRecords('contact', ids, event)
    case 'company':
      return ofRecords('company', ids, event)
    case 'deal':
      return ofDeals(ids, event)
    case 'note':
      return ofNotes(event)
    case 'pipeline':
    case 'stage':
      return all('pipelines', 'board', 'deals', 'deal', 'moves')
    case 'field':
      return all(`custom-fields/${recordType}`)
    case 'view':
      return all(`views/${recordType}`)
    case 'import':
      return [{ queries: 'getImport', ids }, ...all('listImports', 'getOverview')]
    case 'chat_import':
      return all('chat-imports')
    case 'bulk':
      return [{ queries: 'getBatch', ids }]
    case 'notification':
      return all('notifications', 'notification-count', 'notification-mutes')
    case 'message':
    case 'chat':
    case 'comment':
      return ofTalks(event)
    case 'campaign':
    case 'enrolment':
      return ofCampaigns(ids, event)
    case 'template':
      return all('chat-templates')
    case 'bd_account':
    case 'sync':
      return ofAccounts(event)
    case 'webhook':
      return all('webhooks', 'webhook-deliveries')
    case 'session':
      return all('listSessions')
    case 'access':
      // Somebody looks as somebody else, or no longer.
      return all('session')
    case 'member':
      // Rights may have changed: also one's own.
      return all(...PEOPLE, 'team-invitations', 'teams', 'roles', 'session')
    case 'role':
      return all('roles', 'team-members', 'team-member-access', 'session')
    case 'team':
      return all('teams', 'team-members', 'team-member-access')
    case 'api_key':
      return all('api-keys')
    case 'user':
      return type === 'user.signed_in' ? all('listSessions') : all(...PEOPLE)
    default:
      return []
  }
}
