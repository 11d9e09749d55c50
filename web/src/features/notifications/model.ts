import { linkOptions } from '@tanstack/react-router'
import type { MutedKind, Notification, NotificationCategory, NotificationSubject } from '@/api/gen/types.gen'
import { dayOf } from '@/shared/lib/dates'
import type { Which } from './api'
import type { Show } from './search-params'

/** What the page and the panel show of notifications. Pure. */
export function whichOf(show: Show): Which {
  if (show === 'all') return { filter: 'inbox' }
  if (show === 'unread' || show === 'snoozed') return { filter: show }
  return { filter: 'inbox', category: show }
}
/** Whether a notification stands in a list, whatever was done to it meanwhile. */
export function belongs(n: Notification, { filter, category }: Which, now = Date.now()) {
  const asleep = n.snoozedUntil !== null && Date.parse(n.snoozedUntil) > now
  if (category && n.category !== category) return false
  return filter === 'snoozed' ? asleep : !asleep && (filter === 'inbox' || n.readAt === null)
}
export const isUnread = (n: Notification) => n.readAt === null

export type Group = { key: string; subject: NotificationSubject | null; items: Notification[] }
export type Day = { day: string; groups: Group[] }
/** By day, newest first; what is about one record stands together, where its newest stands. */
export function byDay(items: readonly Notification[], timeZone: string): Day[] {
  const days: Day[] = []
  for (const n of items) {
    const day = dayOf(n.lastAt, timeZone)
    let last = days.at(-1)
    if (last?.day !== day) {
      last = { day, groups: [] }
      days.push(last)
    }
    const key = n.subject ? `${n.subject.kind}:${n.subject.id}` : n.id
    const group = last.groups.find((g) => g.key === key)
    if (group) group.items.push(n)
    else last.groups.push({ key, subject: n.subject, items: [n] })
  }
  return days
}

const LISTS: Record<string, { to: string }> = {
  contact: linkOptions({ to: '/contacts' }),
  company: linkOptions({ to: '/companies' }),
  deal: linkOptions({ to: '/pipeline' }),
}
/** Where a notification leads; null when there is nothing to open (any more). */
export function linkOf({ subject, category, data }: Pick<Notification, 'subject' | 'category' | 'data'>) {
  if (subject?.kind === 'bulk') return LISTS[String(data['recordType'])] ?? null
  if (!subject || subject.name === null) return null
  const params = { id: subject.id }
  const search = (category === 'mentions' ? { tab: 'timeline' } : {}) as never
  switch (subject.kind) {
    case 'contact':
      return linkOptions({ to: '/contacts/$id', params, search })
    case 'company':
      return linkOptions({ to: '/companies/$id', params, search })
    case 'deal':
      return linkOptions({ to: '/deals/$id', params })
    case 'chat':
      return linkOptions({ to: '/inbox/$chatId', params: { chatId: subject.id } })
    case 'campaign':
      return linkOptions({ to: '/campaigns/$id', params })
    case 'bd_account':
      return linkOptions({ to: '/accounts/$id', params })
    case 'import':
      return linkOptions({ to: '/import/$id', params })
    case 'webhook':
      return linkOptions({ to: '/settings/webhooks/$id', params })
    default:
      return null
  }
}
const MUTED: readonly string[] = ['contact', 'company', 'deal'] satisfies MutedKind[]
/** Whether one can hear no more of a record of this kind. */
export const isMutable = (kind: string): kind is MutedKind => MUTED.includes(kind)
export function mutableOf({ subject }: Pick<Notification, 'subject'>) {
  if (!subject?.name || !isMutable(subject.kind)) return null
  return { kind: subject.kind, id: subject.id, name: subject.name }
}

/** The change of many records that can be taken back. */
export function batchOf(n: Pick<Notification, 'kind' | 'data'>): string | null {
  const id = n.kind === 'bulk.completed' ? n.data['batchId'] : undefined
  return typeof id === 'string' ? id : null
}

export const CATEGORIES: readonly NotificationCategory[] = ['mentions', 'assigned', 'sla', 'system']
