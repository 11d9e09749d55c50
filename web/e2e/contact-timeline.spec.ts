import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { bubble, type ChatOf, chatsNow, connectWithChats } from './support/inbox'
import { openLive } from './support/live'
import { expectAccessible, isPhone, LOOKS } from './support/page'
import { speaker } from './support/speaker'

const PHONE = '+79125550011'
const told = (page: Page, text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text })
async function contactOf(page: Page, name: string) {
  const { id } = await call<{ id: string }>(page, 'POST', '/api/crm/contacts', { name, phones: [PHONE] })
  return id
}
const open = (page: Page, id: string) => openLive(page, `/contacts/${id}${isPhone(page) ? '?tab=timeline' : ''}`)

test('what is said shows in the timeline as it comes, and leads to the message', async ({ page }) => {
  await signUp(page)
  const id = await contactOf(page, 'Olga Pavlova')
  const say = await speaker(page)
  await open(page, id)
  await expect(told(page, 'added this contact')).toBeVisible()
  await say('Olga Pavlova', 'Good day', { phone: PHONE })
  const line = told(page, 'API · Olga Pavlova')
  await expect(line).toContainText('1 in')
  await expect(line).toContainText('Good day')
  await say('Olga Pavlova', 'What does it cost?', { phone: PHONE })
  await expect(line).toContainText('2 in')
  await expect(line).toContainText('What does it cost?')
  await expect(line).toHaveCount(1)
  // Another day is another line, further down.
  await say('Olga Pavlova', 'An old question', { phone: PHONE, at: new Date('2024-05-06T12:00:00Z') })
  await expect(line).toHaveCount(2)
  await expect(line.first()).toContainText('What does it cost?')
  await expect(line.last()).toContainText('An old question')
  await line
    .last()
    .getByRole('link', { name: /Olga Pavlova/ })
    .click()
  await expect(page).toHaveURL(/\/inbox\/.+at=/)
  await expect(bubble(page, 'An old question')).toBeVisible()
})

test('an answer that one has written counts as ours @desktop', async ({ page }) => {
  await signUp(page)
  await connectWithChats(page)
  const chat = (await chatsNow(page))[0] as ChatOf
  const { contactId } = await call<{ contactId: string }>(page, 'POST', `/api/messaging/chats/${chat.id}/contact`)
  await open(page, contactId)
  const line = told(page, `Telegram · ${chat.title}`).first()
  await expect(line).toBeVisible()
  const body = { chatId: chat.id, text: 'See you on Monday', clientId: crypto.randomUUID() }
  await call(page, 'POST', '/api/messaging/send', body)
  await expect(line).toContainText('See you on Monday', { timeout: 60_000 })
  await expect(line).toContainText(/\d+ out/)
})

for (const { name, ...look } of LOOKS)
  test(`a timeline with conversations is accessible and fits: ${name}`, async ({ page }) => {
    await signUp(page, look)
    const id = await contactOf(page, 'Olga Pavlova')
    const say = await speaker(page)
    await say('A visitor whose name is rather long for a phone', 'Hello '.repeat(40), { phone: PHONE })
    await open(page, id)
    await expect(told(page, 'API · A visitor')).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
