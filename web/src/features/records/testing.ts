import type { TFunction } from 'i18next'
import { i18n } from '@/shared/i18n'
import * as f from '@/shared/lib/format'
import type { Tools as TimelineTools } from '@/shared/timeline/tell'
import type { Pages } from './cache'
import type { Tools } from './cells'
import type { CrmRecord } from './fields'

/** Records and tools for the unit tests of this folder. */
export const contact = (over: Partial<CrmRecord> = {}): CrmRecord => ({
  id: 'c1',
  name: 'Anna Petrova',
  firstName: 'Anna',
  middleName: null,
  lastName: 'Petrova',
  jobTitle: 'CEO',
  companyId: 'k1',
  companyName: 'Acme',
  ownerId: 'u1',
  ownerName: 'Alex Morgan',
  emails: ['anna@example.com'],
  phones: ['+79125550011'],
  timeZone: null,
  phoneTimeZone: null,
  telegramUsername: 'anna_bd',
  website: null,
  linkedinUrl: null,
  source: null,
  tags: ['VIP'],
  description: null,
  leadScore: 40,
  doNotContact: false,
  custom: {},
  version: 3,
  createdAt: '2026-11-01T10:00:00Z',
  updatedAt: '2026-11-20T10:00:00Z',
  deletedAt: null,
  mergedInto: null,
  ...over,
})
export const pagesOf = (...pages: CrmRecord[][]): Pages => ({
  pageParams: pages.map(() => undefined),
  pages: pages.map((items) => ({
    items,
    page: { page: null, limit: 100, total: pages.flat().length, totalIsEstimate: false, nextCursor: null },
  })),
})
export function tools(): Tools {
  const l = i18n.language
  return {
    t: i18n.getFixedT(l, 'records') as TFunction<'records'>,
    fmt: {
      money: (v, currency, short) => f.money(v, currency, l, short),
      num: (v) => f.num(v, l),
      percent: (v) => f.percent(v, l),
      bytes: (v) => f.bytes(v, l),
      day: (t) => f.day(t, l, 'UTC'),
      dayMonth: (t) => f.dayMonth(t, l, 'UTC'),
      time: (t) => f.time(t, l, 'UTC'),
      dateTime: (t) => f.dateTime(t, l, 'UTC'),
      ago: (t, now = Date.now()) => f.ago(t, now, l),
      list: (v) => f.list(v, l),
    },
  }
}
export const timelineTools = (): TimelineTools => ({
  ...tools(),
  t: i18n.getFixedT(i18n.language, 'timeline') as TFunction<'timeline'>,
})
