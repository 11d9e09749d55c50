import type { Count, DayCount, Onboarding, Overview, RecentEntry } from '@/api/gen/types.gen'
import type { Permission } from '@/shared/session/session'

export type PartOfDay = 'night' | 'morning' | 'day' | 'evening'
/** By the clock of the person, not of the device. */
export function partOfDay(now: Date, timeZone: string | undefined): PartOfDay {
  const hour = Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone }).format(now))
  return hour < 5 ? 'night' : hour < 12 ? 'morning' : hour < 18 ? 'day' : 'evening'
}

export type Trend = { kind: 'same' } | { kind: 'first' } | { kind: 'up' | 'down'; ratio: number }
/** These seven days against the seven before. */
export function trend({ last7Days: now, previous7Days: before }: Count): Trend {
  if (now === before) return { kind: 'same' }
  if (before === 0) return { kind: 'first' }
  return { kind: now > before ? 'up' : 'down', ratio: Math.abs(now - before) / before }
}

/** How many contacts there were at the end of each day, from the total of today backwards. */
export function totalsByDay(total: number, days: readonly DayCount[]): number[] {
  let left = total
  return days
    .toReversed()
    .map((d) => {
      const then = left
      left = Math.max(0, left - d.contacts)
      return then
    })
    .reverse()
}

export const isEmptyOrganization = (o: Overview) => o.contacts.total === 0 && o.companies.total === 0

export type StepId = keyof Onboarding
export type Step = { id: StepId; done: boolean }
const ORDER: readonly { id: StepId; needs?: Permission }[] = [
  { id: 'profile' },
  { id: 'import', needs: 'crm.contacts.import' },
  { id: 'contacts', needs: 'crm.contacts.write' },
  { id: 'companies', needs: 'crm.companies.write' },
  { id: 'note', needs: 'crm.notes.write' },
]
/** The first steps, without those the person may not take. */
export function stepsOf(onboarding: Onboarding, may: (p: Permission) => boolean): Step[] {
  return ORDER.filter((s) => !s.needs || may(s.needs)).map(({ id }) => ({ id, done: onboarding[id] }))
}

/** One line of the feed; entries of one batch that follow each other are one line. */
export type Activity = { entry: RecentEntry; more: number }
export function activities(recent: readonly RecentEntry[]): Activity[] {
  const out: Activity[] = []
  for (const entry of recent) {
    const last = out.at(-1)
    const same =
      last &&
      entry.batchId !== null &&
      last.entry.batchId === entry.batchId &&
      last.entry.action === entry.action &&
      last.entry.subject.kind === entry.subject.kind
    if (same) last.more++
    else out.push({ entry, more: 0 })
  }
  return out
}

/** Where a line leads: a note belongs to its record; nothing is left of a record deleted for good. */
export function placeOf({ subject, note }: RecentEntry): { kind: 'contact' | 'company' | 'deal'; id: string } | null {
  // Conversations are told on timelines only.
  if (subject.kind === 'chat') return null
  if (subject.kind !== 'note') return { kind: subject.kind, id: subject.id }
  if (note?.contactId) return { kind: 'contact', id: note.contactId }
  if (note?.dealId) return { kind: 'deal', id: note.dealId }
  return note?.companyId ? { kind: 'company', id: note.companyId } : null
}
