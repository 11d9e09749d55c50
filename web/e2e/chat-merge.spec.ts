import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { bubble, chatRow, chatsNow, thread } from './support/inbox'
import { openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS, toast } from './support/page'
import { speaker } from './support/speaker'

const titles = async (page: Page) => (await chatsNow(page)).map((c) => c.title).sort()

async function two(page: Page) {
  const say = await speaker(page)
  await say('Vera Klein', 'From the site')
  await say('V. Klein', 'From the form')
  const all = await chatsNow(page)
  return { say, first: all.find((c) => c.title === 'Vera Klein'), other: all.find((c) => c.title === 'V. Klein') }
}

test('two conversations become one thread, and are taken apart again', async ({ page }) => {
  await signUp(page)
  const { say, first, other } = await two(page)
  await openLive(page, `/inbox/${first?.id}`)
  await expect(bubble(page, 'From the site')).toBeVisible()
  await page.locator('[data-tool=more]').click()
  await page.getByRole('menuitem', { name: 'Merge with another conversation' }).click()
  await expect(dialog(page)).toContainText('You can take them apart at any time')
  await expect(dialog(page).getByRole('button', { name: 'Merge' })).toBeDisabled()
  await dialog(page).getByRole('combobox').fill('klein')
  await dialog(page)
    .getByRole('option', { name: /V\. Klein/ })
    .click()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Merge' }).click()
  await expect(toast(page, 'V. Klein was merged')).toBeVisible()
  await expect(bubble(page, 'From the form')).toBeVisible()
  await expect(thread(page).getByRole('article')).toHaveCount(2)
  expect(await titles(page)).toEqual(['Vera Klein'])
  // Live as well: what comes to the part stands in the one thread.
  await say('V. Klein', 'And another question')
  await expect(bubble(page, 'And another question')).toBeVisible()

  // An old link says where the conversation is.
  await page.goto(`/inbox/${other?.id}`)
  await page.getByRole('link', { name: 'Open it' }).click()
  await expect(page).toHaveURL(new RegExp(`/inbox/${first?.id}`))
  if (isPhone(page)) await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('button', { name: 'Split V. Klein off' }).click()
  await expect(toast(page, 'V. Klein is on its own again')).toBeVisible()
  await expect.poll(() => titles(page)).toEqual(['V. Klein', 'Vera Klein'])
})

test('a part is split off though none of its messages is on screen', async ({ page }) => {
  await signUp(page)
  const say = await speaker(page)
  await say('V. Klein', 'Long ago', { at: new Date('2020-03-01T10:00:00Z') })
  for (let n = 1; n <= 120; n++) await say('Vera Klein', `Line ${n}`)
  const all = await chatsNow(page)
  const [first, other] = ['Vera Klein', 'V. Klein'].map((title) => all.find((c) => c.title === title)?.id)
  await call(page, 'POST', `/api/messaging/chats/${other}/merge`, { into: first })
  await page.goto(`/inbox/${first}`)
  await expect(bubble(page, 'Line 120')).toBeVisible()
  await expect(bubble(page, 'Long ago')).toHaveCount(0)
  if (isPhone(page)) await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('button', { name: 'Split V. Klein off' }).click()
  await expect(toast(page, 'V. Klein is on its own again')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Split V. Klein off' })).toHaveCount(0)
  await expect.poll(() => titles(page)).toEqual(['V. Klein', 'Vera Klein'])
})

test('a merge is undone from its toast @desktop', async ({ page }) => {
  await signUp(page)
  const { first } = await two(page)
  await openLive(page, `/inbox/${first?.id}`)
  await page.locator('[data-tool=more]').click()
  await page.getByRole('menuitem', { name: 'Merge with another conversation' }).click()
  await dialog(page)
    .getByRole('option', { name: /V\. Klein/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Merge' }).click()
  await expect(chatRow(page, 'V. Klein')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(chatRow(page, 'V. Klein')).toHaveCount(1)
  await expect(bubble(page, 'From the form')).toHaveCount(0)
})

for (const { name, ...look } of LOOKS)
  test(`merging is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    const { first, other } = await two(page)
    await page.goto(`/inbox/${first?.id}`)
    await page.locator('[data-tool=more]').click()
    await page.getByRole('menuitem', { name: /^(Merge with|Объединить с)/ }).click()
    await expect(dialog(page).getByRole('option').first()).toBeVisible()
    await dialog(page).getByRole('option').first().click()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await call(page, 'POST', `/api/messaging/chats/${other?.id}/merge`, { into: first?.id })
    await page.goto(`/inbox/${other?.id}`)
    await expect(page.getByRole('link', { name: /^(Open it|Открыть его)$/ })).toBeVisible()
    await expectAccessible(page)
  })
