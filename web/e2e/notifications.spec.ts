import { type Browser, expect, type Page, type TestInfo, test } from '@playwright/test'
import { type Person, signUp } from './support/api'
import { addDeals } from './support/deals'
import { anotherWindow, openLive } from './support/live'
import { expectAccessible, isPhone, LOOKS, ready, toast } from './support/page'
import { colleague } from './support/people'
import { addContact, call } from './support/records'

type List = { items: { id: string; kind: string; readAt: string | null; subject: { id: string } | null }[] }
const unread = (page: Page) =>
  call<{ unread: number }>(page, 'GET', '/api/v1/notifications/unread-count').then((r) => r.unread)
const bell = (page: Page) => page.locator('[data-bell]:visible')
const row = (page: Page, text: string | RegExp) => page.locator('[data-notification]').filter({ hasText: text })
const mention = (page: Page, who: Person, contact: string, words = 'Please look') =>
  call(page, 'POST', `/api/crm/contacts/${contact}/notes`, { body: `${words} @[${who.name}](user:${who.userId})` })
/** By a colleague; the words of the server say who. */
async function told(browser: Browser, info: TestInfo, host: Page, options: Parameters<typeof signUp>[1] = {}) {
  const me = await signUp(host, options)
  const anna = await colleague(browser, info, me)
  return { me, anna }
}

test('a mention shows in the bell of the other at once, and leads to the record', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  const { id } = await addContact(anna, { name: 'Elena Sokolova' })
  await openLive(page, '/')
  await expect(bell(page)).toHaveAccessibleName('Notifications')
  await mention(anna, me, id)
  await expect(bell(page)).toHaveAccessibleName('Notifications, 1 unread')
  await expect(page).toHaveTitle(/^\(1\) /)
  // Said in so many words once, as the panel is closed.
  await expect(toast(page, 'Anna Petrova mentioned you in a note')).toBeVisible()
  await bell(page).click()
  await expect(row(page, 'Anna Petrova mentioned you in a note')).toContainText('Elena Sokolova')
  await expectAccessible(page)
  // What comes while the panel is open shows there.
  const [deal = ''] = await addDeals(anna, 'Lead', ['Pilot'])
  await call(anna, 'PATCH', `/api/crm/deals/${deal}`, { ownerId: me.userId })
  await expect(row(page, /Anna Petrova assigned/)).toContainText('Pilot')
  await row(page, /mentioned you/)
    .getByRole('link')
    .click()
  await expect(page).toHaveURL(new RegExp(`/contacts/${id}`))
  await ready(page, 'Elena Sokolova')
  await expect.poll(() => unread(page)).toBe(1)
  await anna.context().close()
})

test('what is about the record on screen has been seen', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  const { id } = await addContact(anna, { name: 'Elena Sokolova' })
  await mention(anna, me, id)
  await expect.poll(() => unread(page)).toBe(1)
  await page.goto(`/contacts/${id}`)
  await ready(page, 'Elena Sokolova')
  await expect.poll(() => unread(page), { timeout: 10_000 }).toBe(0)
  await anna.context().close()
})

test('read, unread and all read, on every window', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  const { id } = await addContact(anna, { name: 'Elena Sokolova' })
  const other = await addContact(anna, { name: 'Marcus Lindqvist' })
  await mention(anna, me, id)
  await mention(anna, me, other.id)
  await expect.poll(() => unread(page)).toBe(2)
  const second = await anotherWindow(browser, page, info)
  await openLive(second, '/')
  await page.goto('/notifications')
  await ready(page, 'Notifications')
  const elena = row(page, 'Elena Sokolova')
  await elena.getByRole('checkbox').check()
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
  await page.getByRole('button', { name: 'Mark as read', exact: true }).first().click()
  await expect(elena).not.toHaveAttribute('data-unread', 'true')
  await expect(bell(second)).toHaveAccessibleName('Notifications, 1 unread')
  await toast(page, 'Undo').click()
  await expect(elena).toHaveAttribute('data-unread', 'true')
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await expect(bell(second)).toHaveAccessibleName('Notifications')
  expect(await unread(page)).toBe(0)
  await page.getByRole('link', { name: 'Unread' }).click()
  await expect(page).toHaveURL(/show=unread/)
  await expect(page.getByRole('heading', { name: 'All read' })).toBeVisible()
  await second.context().close()
  await anna.context().close()
})

test('is snoozed, and brought back', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  const { id } = await addContact(anna, { name: 'Elena Sokolova' })
  await mention(anna, me, id)
  await expect.poll(() => unread(page)).toBe(1)
  await page.goto('/notifications')
  await row(page, 'Elena').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Snooze' }).click()
  await page
    .getByRole('menuitem', { name: /Tomorrow|Next week/ })
    .first()
    .click()
  await expect(toast(page, 'Undo')).toBeVisible()
  await expect(row(page, 'Elena')).toHaveCount(0)
  await expect.poll(() => unread(page)).toBe(0)
  await page.getByRole('link', { name: 'Snoozed' }).click()
  await expect(row(page, 'Elena')).toContainText('until')
  await row(page, 'Elena').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Snooze' }).click()
  await page.getByRole('menuitem', { name: 'Bring back now' }).click()
  await expect(row(page, 'Elena')).toHaveCount(0)
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await expect(row(page, 'Elena')).toBeVisible()
  await anna.context().close()
})

test('a muted record is silent until it is taken from the list', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  const { id } = await addContact(anna, { name: 'Elena Sokolova' })
  await mention(anna, me, id)
  await expect.poll(() => unread(page)).toBe(1)
  await page.goto('/notifications')
  await row(page, 'Elena').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Mute “Elena Sokolova”' }).click()
  await expect(toast(page, 'You will hear no more of “Elena Sokolova”')).toBeVisible()
  await page.goto('/settings/notifications')
  const unmute = page.getByRole('button', { name: 'Hear of it again: Elena Sokolova' })
  await unmute.click()
  await expect(unmute).toHaveCount(0)
  const muted = async () => (await call<{ items: unknown[] }>(page, 'GET', '/api/v1/notifications/mutes')).items
  await expect.poll(muted).toEqual([])
  await anna.context().close()
})

test('keys walk, read and snooze; G N leads there @desktop', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  for (const name of ['Elena Sokolova', 'Marcus Lindqvist'])
    await mention(anna, me, (await addContact(anna, { name })).id)
  await expect.poll(() => unread(page)).toBe(2)
  await page.goto('/contacts')
  await ready(page, 'Contacts')
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await ready(page, 'Notifications')
  await expect(row(page, 'Marcus')).toBeVisible()
  await page.keyboard.press('j')
  await expect(row(page, 'Marcus').getByRole('link')).toBeFocused()
  await page.keyboard.press('e')
  await expect(row(page, 'Marcus')).not.toHaveAttribute('data-unread', 'true')
  await page.keyboard.press('j')
  await expect(row(page, 'Elena').getByRole('link')).toBeFocused()
  await page.keyboard.press('h')
  await page.getByRole('menuitem', { name: /In an hour/ }).click()
  await expect(row(page, 'Elena')).toHaveCount(0)
  await expect.poll(() => unread(page)).toBe(0)
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await ready(page, 'Marcus Lindqvist')
  await anna.context().close()
})

test('a change of many records is told to who made it, and can be undone from there', async ({ page }) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Elena Sokolova' })
  await call(page, 'POST', '/api/crm/contacts/bulk', { action: 'addTags', tags: ['vip'], ids: [id] })
  await expect.poll(() => unread(page)).toBeGreaterThan(0)
  await page.goto('/notifications?show=system')
  await page.getByRole('button', { name: 'Undo the change' }).click()
  await expect(toast(page, 'The change is being undone')).toBeVisible()
  const tags = async () => (await call<{ tags: string[] }>(page, 'GET', `/api/crm/contacts/${id}`)).tags
  await expect.poll(tags).toEqual([])
})

test('what one is told of is chosen, and saved', async ({ page }) => {
  await signUp(page)
  await page.goto('/settings/notifications')
  type Preferences = {
    kinds: { kind: string; inApp: boolean }[]
    quietHours: { enabled: boolean; weekends: boolean }
    digestTimes: string[]
  }
  const now = () => call<Preferences>(page, 'GET', '/api/v1/notifications/preferences')
  const won = page.getByRole('switch', { name: 'A deal is won: In the app' })
  await expect(won).toBeChecked()
  await won.click()
  await page.getByRole('switch', { name: 'Quiet at weekends' }).click()
  await page.getByRole('button', { name: 'Add a time' }).click()
  await expect.poll(async () => (await now()).kinds.find((k) => k.kind === 'deal.won')?.inApp).toBe(false)
  await expect.poll(async () => (await now()).quietHours.weekends).toBe(true)
  await expect.poll(async () => (await now()).digestTimes.length).toBe(2)
  await page.reload()
  await expect(won).not.toBeChecked()
  // A channel that is not there says why.
  await expect(page.getByText('Telegram is not connected to this server yet.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send a test: Telegram' })).toBeDisabled()
  await page.getByRole('button', { name: 'Send a test: In the app' }).click()
  await expect.poll(() => unread(page)).toBe(1)
  const list = await call<List>(page, 'GET', '/api/v1/notifications')
  expect(list.items.map((n) => n.kind)).toEqual(['test'])
})

test('a digest: its days, what it would say, at once, and no more by its link', async ({ page, browser }, info) => {
  const { me, anna } = await told(browser, info, page)
  await mention(anna, me, (await addContact(anna, { name: 'Elena Sokolova' })).id)
  await expect.poll(() => unread(page)).toBe(1)
  await page.goto('/settings/notifications')
  const preview = page.getByRole('list', { name: 'What it would say now' })
  await expect(preview).toContainText('Elena Sokolova')
  await expect(preview).toContainText('Anna Petrova mentioned you in a note')
  await page.getByRole('checkbox', { name: 'Sunday' }).uncheck()
  const now = () =>
    call<{ digestDays: string[]; digestTimes: string[] }>(page, 'GET', '/api/v1/notifications/preferences')
  await expect.poll(async () => (await now()).digestDays.length).toBe(6)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Send it now' }).click()
  await expect(toast(page, 'The digest is on its way')).toBeVisible()
  await expect(preview).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Send it now' })).toBeDisabled()
  type Mails = { items: { kind: string; to: string; text: string }[] }
  const { items } = await call<Mails>(page, 'GET', '/api/mail/outbox')
  const digest = items.find((mail) => mail.kind === 'digest' && mail.to === me.email)
  expect(digest?.text).toContain('Elena Sokolova')
  const link = /\/auth\/unsubscribe#\S+/.exec(digest?.text ?? '')?.[0] ?? ''
  const elsewhere = await (await browser.newContext()).newPage() // the mail is read on another device
  await elsewhere.goto(link)
  await ready(elsewhere, 'No more digests?')
  await expectAccessible(elsewhere)
  expect((await now()).digestTimes).toEqual(['09:00'])
  await elsewhere.getByRole('button', { name: 'Stop the digests' }).click()
  await ready(elsewhere, 'Digests are off')
  expect((await now()).digestTimes).toEqual([])
  await page.reload()
  await expect(page.getByRole('switch', { name: 'Send me digests' })).not.toBeChecked()
  await expect(page.getByText('No digest comes while they are switched off.')).toBeVisible()
  await elsewhere.context().close()
  await anna.context().close()
})

for (const look of LOOKS)
  test(`the page, the panel and the settings are accessible and fit (${look.name})`, async ({
    page,
    browser,
  }, info) => {
    const { me, anna } = await told(browser, info, page, { locale: look.locale, theme: look.theme })
    for (const name of ['Elena Sokolova', 'A contact with a name that is quite a bit longer than others have it'])
      await mention(anna, me, (await addContact(anna, { name })).id)
    await expect.poll(() => unread(page)).toBe(2)
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    await page.goto('/notifications')
    await expect(row(page, 'Elena')).toBeVisible()
    await expectAccessible(page)
    expect(await fits()).toBe(true)
    await page.goto('/settings/notifications')
    await expect(page.getByRole('switch').first()).toBeVisible()
    await expectAccessible(page)
    expect(await fits()).toBe(true)
    await bell(page).click()
    await expect(row(page, 'Elena')).toBeVisible()
    await expectAccessible(page)
    expect(await fits()).toBe(true)
    if (isPhone(page)) await expect(page.getByRole('dialog')).toHaveCSS('bottom', '0px')
    await anna.context().close()
  })

test('the worker for push is served, and shows nothing of its own', async ({ page }) => {
  await signUp(page)
  const answer = await page.request.get('/sw.js')
  expect(answer.headers()['content-type']).toContain('javascript')
  expect(answer.headers()['cache-control']).toBe('no-cache')
  await page.goto('/')
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.register('/sw.js')).scope)
  expect(new URL(scope).pathname).toBe('/')
})
