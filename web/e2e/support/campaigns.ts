import { expect, type Page } from '@playwright/test'
import { call } from './api'
import { read } from './database'
import { type ChatOf, chatsNow, connectWithChats, EAGER } from './inbox'

export type CampaignOf = {
  id: string
  name: string
  state: string
  version: number
  totals: Record<'enrolled' | 'sent' | 'replied' | 'stopped' | 'finished' | 'waiting' | 'sending' | 'paused', number>
}
export const campaignNow = (page: Page, id: string) => call<CampaignOf>(page, 'GET', `/api/campaigns/${id}`)

/** Whenever the test runs, something may go. */
export async function writeAtAnyHour(page: Page) {
  const { policy } = await call<{ policy: object }>(page, 'GET', '/api/campaigns/policy')
  await call(page, 'PUT', '/api/campaigns/policy', { policy: { ...policy, quiet: null } })
}
/** An account that reads its chats, and contacts of those who answer within seconds. */
export async function signedUpWithContacts(page: Page, most = 4) {
  const { account: connected } = await connectWithChats(page)
  // Its name comes with its profile, after it is connected.
  const account = await call<{ id: string; name: string }>(page, 'GET', `/api/bd-accounts/${connected.id}`)
  const eager: ChatOf[] = (await chatsNow(page)).filter((c) => EAGER.has(c.title)).slice(0, most)
  expect(eager.length, 'nobody in the sandbox answers within seconds').toBeGreaterThan(0)
  for (const chat of eager) if (!chat.contactId) await call(page, 'POST', `/api/messaging/chats/${chat.id}/contact`)
  await writeAtAnyHour(page)
  return { account, eager }
}
/** All days, all hours. */
export const ALWAYS = {
  inContactZone: false,
  timeZone: 'UTC',
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }],
  holidays: [],
  blackouts: [],
  perDay: null,
  perHour: null,
}
const message = (text: string) => ({
  id: crypto.randomUUID(),
  action: { kind: 'message', variants: [{ id: crypto.randomUUID(), name: 'A', weight: 50, text }] },
})
/** A draft that could start, by the routes alone. */
export async function readyDraft(page: Page, name: string, accountId: string): Promise<CampaignOf> {
  return call<CampaignOf>(page, 'POST', '/api/campaigns', {
    name,
    channel: 'telegram',
    audience: { source: { kind: 'filter', filter: null, search: null } },
    schedule: ALWAYS,
    accountIds: [accountId],
    // It is not over while somebody waits.
    steps: [
      message('Hello {{contact.firstName|there}}'),
      { id: crypto.randomUUID(), action: { kind: 'wait', wait: { until: 'days', count: 3 } } },
      message('Any news?'),
    ],
  })
}
/** What the database itself has, as the page is to show it. */
export function countedOf(campaignId: string) {
  const id = `x'${campaignId.replaceAll('-', '')}'`
  const one = (sql: string) => Number(read(sql))
  return {
    enrolled: one(`select count(*) from enrolments where campaign_id = ${id}`),
    sent: one(`select count(*) from campaign_sends where campaign_id = ${id} and sent_at is not null`),
    replied: one(`select count(*) from campaign_sends where campaign_id = ${id} and replied_at is not null`),
    positive: one(`select count(*) from campaign_sends where campaign_id = ${id} and positive`),
    optedOut: one(`select count(*) from campaign_sends where campaign_id = ${id} and opted_out`),
    failed: one(`select count(*) from campaign_sends where campaign_id = ${id} and state = 'failed'`),
  }
}
/** Contacts whom it left because they wrote: some of them before it had written to them. */
export const stoppedByAnswer = (campaignId: string) =>
  Number(
    read(
      `select count(*) from enrolments where campaign_id = x'${campaignId.replaceAll('-', '')}' and cause = 'replied'`,
    ),
  )
/** Messages that went to somebody after they had answered: there are to be none. */
export const sentAfterAnswer = (campaignId: string) =>
  Number(
    read(
      `select count(*) from campaign_sends later join campaign_sends answered using (enrolment_id)
       where later.campaign_id = x'${campaignId.replaceAll('-', '')}' and later.sent_at > answered.replied_at`,
    ),
  )
/** All of a list that comes page by page. */
export async function allOf<T>(page: Page, path: string, limit = 2): Promise<T[]> {
  const items: T[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: { items: T[]; nextCursor: string | null } = await call(
      page,
      'GET',
      `${path}?limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    items.push(...more.items)
    cursor = more.nextCursor
  }
  return items
}
