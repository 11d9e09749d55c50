import type { CompanySize } from '@/api/gen/types.gen'
import { type ApiError, isApiError } from '@/shared/api/errors'
import type { Input } from './api'
import type { Kind } from './fields'
import { phoneDigits, telegramName, webAddress } from './show'

/** What the form for a new record holds, and the request it becomes. */
export type Draft = {
  name: string
  jobTitle: string
  companyId: string | null
  companyName: string | null
  ownerId: string | null
  emails: string[]
  phones: string[]
  timeZone: string | null
  telegramUsername: string
  website: string
  linkedinUrl: string
  source: string
  tags: string[]
  description: string
  leadScore: number | null
  doNotContact: boolean
  industry: string
  size: CompanySize | null
  address: string
}
export const emptyDraft: Draft = {
  name: '',
  jobTitle: '',
  companyId: null,
  companyName: null,
  ownerId: null,
  emails: [],
  phones: [],
  timeZone: null,
  telegramUsername: '',
  website: '',
  linkedinUrl: '',
  source: '',
  tags: [],
  description: '',
  leadScore: null,
  doNotContact: false,
  industry: '',
  size: null,
  address: '',
}
const ONLY: Record<Kind, readonly (keyof Draft)[]> = {
  contact: [
    'jobTitle',
    'companyId',
    'companyName',
    'timeZone',
    'telegramUsername',
    'linkedinUrl',
    'leadScore',
    'doNotContact',
  ],
  company: ['industry', 'size', 'address'],
}

/** Without what was left empty and what the other kind has. */
export function toInput(kind: Kind, draft: Partial<Draft>): Input {
  const other = ONLY[kind === 'contact' ? 'company' : 'contact']
  const tidy: Partial<Draft> = {
    ...draft,
    phones: draft.phones?.map(phoneDigits),
    telegramUsername: telegramName(draft.telegramUsername ?? ''),
    website: webAddress(draft.website ?? ''),
    linkedinUrl: webAddress(draft.linkedinUrl ?? ''),
  }
  const entries = Object.entries(tidy)
    .map(([k, v]) => [k, typeof v === 'string' ? v.trim() : v] as const)
    .filter(([k, v]) => !other.includes(k as keyof Draft) && !isNothing(v))
  return Object.fromEntries(entries) as unknown as Input
}
const isNothing = (v: unknown) =>
  v === null || v === undefined || v === '' || v === false || (Array.isArray(v) && v.length === 0)

/** What is enough to look for the same person or company. */
export function duplicateQuestion(kind: Kind, d: Partial<Draft>) {
  const { name, emails, phones, telegramUsername, linkedinUrl, website } = toInput(kind, d) as Partial<Draft>
  const named = name && name.length >= 3 ? { name } : {}
  const q = {
    ...named,
    ...(emails ? { emails } : {}),
    ...(phones ? { phones } : {}),
    ...(telegramUsername ? { telegramUsername } : {}),
    ...(linkedinUrl ? { linkedinUrl } : {}),
    ...(website ? { website } : {}),
  }
  return Object.keys(q).length > 0 ? q : null
}

/** `emails[1]` says which one: the message names the value. */
export function namingValues(e: unknown, input: Input): unknown {
  if (!isApiError(e)) return e
  for (const d of e.details) {
    const [, field, at] = /^(\w+)[[.](\d+)/.exec(d.field) ?? []
    const value = field ? (input as Record<string, unknown>)[field] : undefined
    const one = Array.isArray(value) ? value[Number(at)] : undefined
    if (typeof one === 'string' && !d.message.startsWith(one)) d.message = `${one}: ${d.message}`
  }
  return e satisfies ApiError
}
