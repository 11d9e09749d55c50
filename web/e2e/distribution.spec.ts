import { expect, test } from '@playwright/test'
import { dialog, ready } from './support/page'
import { colleague } from './support/people'
import { addContact, call, cell, expectAccessible, isPhone, LOOKS, row, signUp } from './support/records'

type Page = import('@playwright/test').Page
const owners = async (page: Page) => {
  const { items } = await call<{ items: { ownerName: string | null }[] }>(page, 'GET', '/api/crm/contacts?limit=100')
  const counts: Record<string, number> = {}
  for (const { ownerName } of items) counts[ownerName ?? ''] = (counts[ownerName ?? ''] ?? 0) + 1
  return counts
}
const addPerson = async (page: Page, name: string) => {
  await dialog(page)
    .getByRole('combobox', { name: /Among whom/ })
    .click()
  await page.getByRole('option', { name: new RegExp(name) }).click()
  await expect(dialog(page).getByRole('listitem').filter({ hasText: name })).toBeVisible()
}

test('contacts are given out by turns and by load, and taken back @desktop', async ({ page, browser }, info) => {
  const host = await signUp(page)
  await colleague(browser, info, host)
  for (let n = 1; n <= 5; n++) await addContact(page, { name: `Person ${n}` })
  await page.goto('/contacts?sort=name')
  await row(page, 'Person 1').getByRole('checkbox').check()
  await row(page, 'Person 5')
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] })
  const bar = page.getByRole('toolbar', { name: 'Selected records' })
  await bar.getByRole('button', { name: 'Distribute…' }).click()
  await addPerson(page, 'Anna Petrova')
  await dialog(page).getByRole('button', { name: 'Give out' }).click()
  await expect(dialog(page).getByText('Choose two people at least')).toBeVisible()
  await addPerson(page, 'Alex Morgan')
  const chosen = dialog(page).getByRole('listitem')
  await expect(chosen.filter({ hasText: 'Anna Petrova' })).toContainText('gets 3')
  await expect(chosen.filter({ hasText: 'Alex Morgan' })).toContainText('gets 2')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Give out' }).click()
  await expect(page.getByText('5 records given out')).toBeVisible()
  await expect(await cell(page, 'Person 1', 'Owner')).toContainText('Anna Petrova')
  expect(await owners(page)).toEqual({ 'Anna Petrova': 3, 'Alex Morgan': 2 })
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('Undone')).toBeVisible()
  await expect.poll(() => owners(page)).toEqual({ '': 5 })
})

test('what is shared has a view of its own, and is taken from it @desktop', async ({ page }) => {
  const host = await signUp(page)
  await addContact(page, { name: 'Free' })
  await addContact(page, { name: 'Mine already', ownerId: host.userId })
  await page.goto('/contacts')
  await ready(page, 'Contacts')
  await page.getByRole('link', { name: 'Shared', exact: true }).click()
  await expect(row(page, 'Free')).toBeVisible()
  await expect(row(page, 'Mine already')).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Shared', exact: true })).toHaveAttribute('aria-current', 'page')
  await row(page, 'Free').getByRole('checkbox').check()
  await page.getByRole('toolbar', { name: 'Selected records' }).getByRole('button', { name: 'Take' }).click()
  await expect(page.getByText('1 record assigned')).toBeVisible()
  await expect(row(page, 'Free')).toHaveCount(0)
  expect(await owners(page)).toEqual({ 'Alex Morgan': 2 })
  await page.getByRole('link', { name: 'All contacts' }).click()
  await expect(row(page, 'Mine already')).toBeVisible()
})

test('the team sees what its members did, by member and by team', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  const { user } = await call<{ user: { id: string } }>(guest, 'GET', '/api/auth/session')
  await call(page, 'POST', '/api/teams', { name: 'North', members: [{ id: user.id }] })
  const { id } = await addContact(guest, { name: 'Clara' })
  await addContact(page, { name: 'Dora' })
  const lines = page.getByRole('list', { name: 'What members did' }).getByRole('listitem')
  // Lines are written a moment after what they tell of.
  await expect(async () => {
    await page.goto('/team?tab=activity')
    await expect(lines.filter({ hasText: 'Dora' })).toHaveCount(1, { timeout: 2000 })
  }).toPass()
  await expect(lines.filter({ hasText: 'Clara' })).toContainText('Anna Petrova')
  await page.getByRole('combobox', { name: 'Member' }).click()
  await page.getByRole('option', { name: /Anna Petrova/ }).click()
  await expect(lines.filter({ hasText: 'Dora' })).toHaveCount(0)
  await expect(lines.filter({ hasText: 'Clara' })).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear the filter' }).first().click()
  await expect(lines.filter({ hasText: 'Dora' })).toHaveCount(1)
  await page.getByRole('combobox', { name: 'Team' }).click()
  await page.getByRole('option', { name: 'North' }).click()
  await expect(lines.filter({ hasText: 'Dora' })).toHaveCount(0)
  await lines.getByRole('link', { name: 'Clara' }).click()
  await expect(page).toHaveURL(new RegExp(`/contacts/${id}`))
})

for (const { name, ...look } of LOOKS)
  test(`activity and distribution are accessible and fit: ${name}`, async ({ page, browser }, info) => {
    const host = await signUp(page, look)
    await colleague(browser, info, host, 'Константин Константинопольский')
    await addContact(page, { name: 'Очень длинное название контакта, которое не помещается в одну строку' })
    await addContact(page, { name: 'Second' })
    await expect(async () => {
      await page.goto('/team?tab=activity')
      await expect(page.getByRole('link', { name: 'Second' })).toBeVisible({ timeout: 2000 })
    }).toPass()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.goto(`/team?tab=activity&member=${crypto.randomUUID()}&who=Nobody`)
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
    await expectAccessible(page)
    await page.goto('/contacts')
    await page.getByRole('link', { name: /^(Shared|Общие)$/ }).click()
    await expect(page.getByRole('link', { name: 'Second' })).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) return
    for (const contact of ['Second', 'Очень длинное']) await row(page, contact).getByRole('checkbox').check()
    await page.getByRole('button', { name: /^(Distribute|Распределить)…$/ }).click()
    await dialog(page)
      .getByRole('combobox', { name: /^(Among whom|Между кем)/ })
      .click()
    await page.getByRole('option', { name: /Константин/ }).click()
    await expect(dialog(page).getByRole('listitem')).toHaveCount(1)
    await expectAccessible(page)
  })
