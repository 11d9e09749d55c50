import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { bubble, chatRow, chatsNow, connectSandbox, thread } from './support/inbox'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, ready } from './support/page'
import { addContact } from './support/records'

type Said = { id: number; text: string; mine?: boolean }
const DAY = 86_400
const FIRST = 1_700_000_000
const message = (chat: number, { id, text, mine }: Said) => ({
  id,
  type: 'message',
  date: new Date((FIRST + id * DAY) * 1000).toISOString().slice(0, 19),
  date_unixtime: String(FIRST + id * DAY),
  from: mine ? 'Alex' : 'Somebody',
  from_id: `user${mine ? 700_001 : chat}`,
  text,
  text_entities: [{ type: 'plain', text }],
})
const chat = (id: number, name: string, said: Said[], type = 'personal_chat') => ({
  name,
  type,
  id,
  messages: said.map((m) => message(id, m)),
})
const FILE = {
  about: 'Here is the data you requested.',
  personal_information: { user_id: 700_001, first_name: 'Alex' },
  chats: {
    about: '',
    list: [
      chat(800_001, 'Boris Orlov', [
        { id: 1, text: 'Good day, about the pilot' },
        { id: 2, text: 'Let us meet on Monday', mine: true },
      ]),
      chat(800_002, 'Vera Klein', [{ id: 3, text: 'The contract is signed' }]),
      chat(800_003, 'News of the market', [{ id: 4, text: 'Prices go up' }], 'public_channel'),
    ],
  },
}
const file = (name: string, content: unknown) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
})
const choose = (page: Page, f: ReturnType<typeof file>) => page.locator('input[type=file]').setInputFiles(f)
async function upload(page: Page, f = file('result.json', FILE)) {
  await page.goto('/import/chats')
  await choose(page, f)
  await expect(page).toHaveURL(/\/import\/chats\/.+/)
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
}
const count = async (page: Page, which: string) =>
  Number(((await page.getByTestId(`count-${which}`).textContent()) ?? '').replace(/\D/g, ''))

test('history of Telegram Desktop is looked at, matched, taken in and taken back', async ({ page }) => {
  await signUp(page)
  await addContact(page, { name: 'Boris Orlov' })
  await connectSandbox(page)
  await upload(page)
  // The channel is there, and not chosen: nobody talks there.
  await expect(page.getByText('2 of 3 chats selected')).toBeVisible()
  await expect(page.getByRole('checkbox', { name: /News of the market/ })).not.toBeChecked()
  await page.getByRole('searchbox', { name: 'Find a chat' }).fill('vera')
  await expect(page.getByRole('checkbox', { name: /Boris Orlov/ })).toHaveCount(0)
  await page.getByRole('searchbox', { name: 'Find a chat' }).fill('')
  await page.getByRole('button', { name: 'Boris Orlov is with: No contact' }).click()
  await page.getByRole('option', { name: /Boris Orlov/ }).click()
  await expect(page.getByRole('button', { name: 'Boris Orlov is with: Boris Orlov' })).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 chats' }).click()
  await expect(page.getByRole('heading', { name: 'The history is here' })).toBeVisible({ timeout: 30_000 })
  expect(await count(page, 'new')).toBe(3)
  const wizard = page.url()
  const brought = (await chatsNow(page)).find((c) => c.title === 'Boris Orlov')
  expect(brought?.contactId).toBeTruthy()
  expect(brought?.unread).toBe(0)
  await page.getByRole('link', { name: /Open in the inbox/ }).click()
  await chatRow(page, 'Boris Orlov').getByRole('link').first().click()
  await expect(bubble(page, 'about the pilot')).toBeVisible()
  await expect(thread(page).getByRole('article')).toHaveCount(2)

  // The same file again brings nothing.
  await upload(page)
  await expect(page.getByRole('button', { name: 'Boris Orlov is with: Boris Orlov' })).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 chats' }).click()
  await expect(page.getByRole('heading', { name: 'Everything was here already' })).toBeVisible({ timeout: 30_000 })

  // Found again, on another device as well.
  await page.evaluate(() => localStorage.clear())
  await page.goto('/import/chats')
  const past = page.getByRole('region', { name: 'Earlier imports' })
  await expect(past.getByRole('listitem')).toHaveCount(2)
  await expect(past.getByRole('listitem').first()).toContainText('Finished')
  await past.getByRole('listitem').last().getByRole('link').click()
  await expect(page).toHaveURL(wizard)
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
  await expect(page.getByRole('heading', { name: 'The import was taken back' })).toBeVisible({ timeout: 30_000 })
  expect((await chatsNow(page)).some((c) => c.title === 'Vera Klein')).toBe(false)
})

test('what is no export is said before it is sent, or by the server', async ({ page }) => {
  await signUp(page)
  await page.goto('/import/chats')
  await choose(page, file('messages.html', '<!DOCTYPE html><html></html>'))
  await expect(page.getByRole('alert').filter({ hasText: 'messages.html is a page to read' })).toBeVisible()
  await choose(page, file('contacts.csv', 'Name,Phone\nA,1'))
  await expect(page.getByRole('alert').filter({ hasText: 'contacts.csv is no export' })).toBeVisible()
  await choose(page, file('other.json', { name: 'x' }))
  await expect(page.getByRole('alert').filter({ hasText: 'other.json was not taken' })).toBeVisible()
  // Without an account there is nothing that the history could belong to.
  await choose(page, file('result.json', FILE))
  await expect(page.getByRole('link', { name: 'Connect an account' })).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 chats' }).click()
  expect(await call<{ items: unknown[] }>(page, 'GET', '/api/messaging/inbox').then((r) => r.items)).toHaveLength(0)
})

test('is found from the page of imports and by the palette @desktop', async ({ page }) => {
  await signUp(page)
  await page.goto('/import')
  await page.getByRole('link', { name: /Telegram history/ }).click()
  await expect(page).toHaveURL(/\/import\/chats$/)
  await page.goto('/')
  await ready(page, /./)
  await openPalette(page)
  await page.keyboard.type('telegram history')
  await page.getByRole('option', { name: /Import Telegram history/ }).click()
  await expect(page).toHaveURL(/\/import\/chats$/)
})

for (const { name, ...look } of LOOKS)
  test(`the import of history is accessible and fits: ${name}`, async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    await signUp(page, look)
    await connectSandbox(page)
    await page.goto('/import/chats')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
    await upload(page)
    await expect(page.getByRole('list').getByRole('checkbox').first()).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('list').getByRole('button').first().click()
    await expect(dialog(page).getByRole('combobox')).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    if (isPhone(page)) expect(await fits()).toBe(true)
    await page.getByRole('button', { name: /^(Import 2 chats|Импортировать 2 чата)$/ }).click()
    await expect(page.getByTestId('count-new')).toBeVisible({ timeout: 30_000 })
    await expectAccessible(page)
    if (isPhone(page)) expect(await fits()).toBe(true)
  })
