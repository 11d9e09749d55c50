import { expect, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { addDeals } from './support/deals'
import { bubble, chatNow, chatRow, chatsNow, composer, connectWithChats, eagerChat, thread } from './support/inbox'
import { anotherWindow, openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS, toast } from './support/page'
import { colleague } from './support/people'

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const QUESTION = 'Hello! Do you have a minute?'

test('an answer shows wherever one is, is answered with a photo and read; then snoozed, assigned and linked', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const { userId } = await signUp(page)
  await connectWithChats(page)
  await addDeals(page, 'Qualified', ['Pilot'])
  const chat = await eagerChat(page)
  const { contactId } = await call<{ contactId: string }>(page, 'POST', `/api/messaging/chats/${chat.id}/contact`)
  await openLive(page, `/inbox/${chat.id}`)
  await expect(composer(page)).toBeVisible()
  if (isPhone(page)) {
    const { version } = await chatNow(page, chat.id)
    await call(page, 'PATCH', `/api/messaging/chats/${chat.id}`, { assigneeId: userId, version })
  } else {
    await page.getByRole('button', { name: 'Assign', exact: true }).click()
    await page.getByRole('option', { name: /\(me\)/ }).click()
    await expect.poll(async () => (await chatNow(page, chat.id)).assigneeId).toBe(userId)
  }
  await composer(page).fill(QUESTION)
  await composer(page).press(isPhone(page) ? 'Control+Enter' : 'Enter')
  await expect(composer(page)).toHaveValue('')
  // It goes by itself after the seconds in which it can be taken back.
  const state = bubble(page, QUESTION).last()
  await expect(state.getByText(/^(Sent|Delivered|Read)$/)).toBeAttached({ timeout: 30_000 })

  // They answer while one is elsewhere: in the bell, beside the menu, on the contact, in the list.
  await openLive(page, '/')
  await expect(page.locator('[data-bell]:visible')).toHaveAccessibleName(/[1-9]\d* unread/, { timeout: 60_000 })
  await expect(page.getByRole('link', { name: /Inbox/ }).first()).toContainText(/[1-9]/)
  await page.goto(`/contacts/${contactId}${isPhone(page) ? '?tab=related' : ''}`)
  const conversations = page.getByRole('region', { name: 'Conversations' })
  await expect(conversations.getByRole('link').first()).not.toContainText(QUESTION)
  await openLive(page, '/inbox')
  await expect(chatRow(page, chat.title)).toContainText('unread')
  await chatRow(page, chat.title).getByRole('link').click()
  await expect.poll(async () => (await chatNow(page, chat.id)).unread).toBe(0)
  await expect(thread(page).getByRole('article').last()).not.toContainText(QUESTION)

  await page.getByTestId('attach').setInputFiles({ name: 'plan.png', mimeType: 'image/png', buffer: PNG })
  await expect(page.getByRole('list', { name: 'Attachments' })).toContainText('plan.png')
  await composer(page).fill('Here is the **plan**')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const photo = bubble(page, 'Here is the plan').last()
  await expect(photo.getByRole('button', { name: /^Open/ })).toBeVisible({ timeout: 30_000 })
  await expect(photo.getByText('plan', { exact: true })).toHaveClass(/font-semibold/)
  await expect(photo.getByText('Read', { exact: true })).toBeAttached({ timeout: 60_000 })
  // In the thread that is open it shows without anything being done.
  await expect(thread(page).getByRole('article').last()).not.toContainText('Here is the plan', { timeout: 60_000 })
  await photo.getByRole('button', { name: /^Open/ }).click()
  await expect(dialog(page).getByRole('img')).toBeVisible()
  await page.keyboard.press('Escape')
  if (isPhone(page)) return

  await page.getByRole('button', { name: 'Link a deal' }).click()
  await page.getByRole('option', { name: 'Pilot' }).click()
  await expect(page.getByRole('link', { name: 'Pilot' })).toBeVisible()
  await expect.poll(async () => (await chatNow(page, chat.id)).dealIds.length).toBe(1)
  await page.getByRole('button', { name: 'Snooze', exact: true }).click()
  await page.getByRole('menuitem', { name: /Tomorrow/ }).click()
  await expect.poll(async () => (await chatNow(page, chat.id)).state).toBe('snoozed')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await chatNow(page, chat.id)).state).toBe('open')
})

test('the inbox is walked through by keys alone @desktop', async ({ page }) => {
  await signUp(page)
  await connectWithChats(page)
  const all = await chatsNow(page)
  await openLive(page, '/inbox')
  await expect(chatRow(page, all[0]?.title ?? '')).toBeVisible()
  // Whoever writes meanwhile comes to the top: what counts is that the second press goes on to another.
  const focused = page.locator('a[data-row]:focus')
  await page.keyboard.press('j')
  const first = (await focused.getAttribute('href')) ?? ''
  await page.keyboard.press('j')
  await expect(focused).not.toHaveAttribute('href', first)
  const walkedTo = (await focused.getAttribute('href'))?.split('/').pop() ?? ''
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/inbox/${walkedTo}`))
  await page.keyboard.press('r')
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Internal note' }).fill('They know the price')
  await page.keyboard.press('Control+Enter')
  await expect(thread(page).getByRole('article', { name: /^Internal note/ })).toContainText('They know the price')
  await page.getByRole('textbox', { name: 'Internal note' }).press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('e')
  await expect(toast(page, 'Done')).toBeVisible()
  await expect.poll(async () => (await chatNow(page, walkedTo)).state).toBe('done')
  await page.keyboard.press('Escape')
  await page.keyboard.press('x')
  await expect(page.getByRole('toolbar', { name: '1 selected' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('toolbar')).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(dialog(page)).toContainText('Internal note')
})

test('what is sent can be taken back, and what is typed is kept on another device', async ({ browser, page }, info) => {
  await signUp(page)
  await connectWithChats(page)
  const [first] = await chatsNow(page)
  await openLive(page, `/inbox/${first?.id}`)
  await composer(page).fill('A mistake')
  await composer(page).press('Control+Enter')
  await bubble(page, 'A mistake').getByRole('button', { name: 'Undo' }).click()
  await expect(bubble(page, 'A mistake')).toHaveCount(0)
  await expect(composer(page)).toHaveValue('A mistake')
  await composer(page).fill('Half a thought')
  await expect
    .poll(
      async () =>
        (await call<{ draft: { text: string } | null }>(page, 'GET', `/api/messaging/chats/${first?.id}`)).draft?.text,
    )
    .toBe('Half a thought')
  const other = await anotherWindow(browser, page, info)
  await other.goto(`/inbox/${first?.id}`)
  await expect(composer(other)).toHaveValue('Half a thought')
})

test('two who answer at once are told of each other @desktop', async ({ browser, page }, info) => {
  const host = await signUp(page)
  await connectWithChats(page)
  const [first] = await chatsNow(page)
  const other = await colleague(browser, info, host, 'Olga Ivanova')
  await openLive(page, `/inbox/${first?.id}`)
  await openLive(other, `/inbox/${first?.id}`)
  await composer(other).pressSequentially('I am on it')
  await expect(page.getByText(/Olga Ivanova is (typing|replying)/)).toBeVisible()
})

test('a template is made, and filled in behind a slash', async ({ page }) => {
  await signUp(page)
  await connectWithChats(page)
  await page.goto('/settings/templates')
  await page.getByRole('button', { name: 'New template' }).click()
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Greeting')
  await dialog(page).getByRole('textbox', { name: 'Shortcut' }).fill('hi')
  await dialog(page).getByRole('textbox', { name: 'Text' }).fill('Good day from ')
  await dialog(page).getByRole('button', { name: 'My name' }).click()
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('heading', { name: 'Greeting' })).toBeVisible()
  const [first] = await chatsNow(page)
  await page.goto(`/inbox/${first?.id}`)
  await composer(page).fill('/hi')
  await page.getByRole('option', { name: /Greeting/ }).click()
  await expect(composer(page)).toHaveValue('Good day from Alex Morgan')
})

test('a conversation makes a contact, whose page leads back @desktop', async ({ page }) => {
  await signUp(page)
  await connectWithChats(page)
  const chat = (await chatsNow(page)).find((c) => c.contactId === null)
  if (!chat) throw new Error('every chat has a contact already')
  await page.goto(`/inbox/${chat.id}`)
  await page.getByRole('button', { name: 'Create a contact' }).click()
  await expect(toast(page, 'Contact created')).toBeVisible()
  await page.getByRole('region', { name: 'Contact', exact: true }).getByRole('link').click()
  await page.getByRole('region', { name: 'Conversations' }).getByRole('link').first().click()
  await expect(page).toHaveURL(new RegExp(`/inbox/${chat.id}`))
})

for (const { name, ...look } of LOOKS)
  test(`the inbox is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/inbox')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
    await connectWithChats(page)
    const [first] = await chatsNow(page)
    await page.goto('/inbox')
    await expect(chatRow(page, first?.title ?? '')).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/inbox/${first?.id}`)
    await expect(composer(page)).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.goto('/settings/templates')
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
    await expectAccessible(page)
  })
