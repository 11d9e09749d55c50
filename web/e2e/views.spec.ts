import { expect, type Page, test } from '@playwright/test'
import { addDeals } from './support/deals'
import { addContact, addContacts, call, expectAccessible, isPhone, LOOKS, row, signUp } from './support/records'

const FILTER = '{"field":"tags","op":"has","value":"odd"}'
const bar = (page: Page) => page.getByRole('navigation', { name: 'Saved views' })
const tab = (page: Page, name: string) => bar(page).getByRole('link', { name })
const addView = (page: Page, data: object) =>
  call<{ id: string }>(page, 'POST', '/api/crm/views', { recordType: 'contact', query: {}, ...data })
async function saveAs(page: Page, name: string) {
  await bar(page).getByRole('button', { name: 'Save as a new view' }).click()
  const window = page.getByRole('dialog', { name: 'Save view' })
  await window.getByLabel('Name').fill(name)
  await window.getByRole('button', { name: 'Save' }).click()
  await expect(window).toBeHidden()
}

test('a filtered list is saved, left, and opened again', async ({ page }) => {
  await signUp(page)
  await addContacts(page, 6)
  await page.goto(`/contacts?sort=name&filter=${FILTER}`)
  await expect(page.getByRole('link', { name: 'Person 001' })).toBeVisible()
  await saveAs(page, 'Odd ones')
  await expect(tab(page, 'Odd ones')).toHaveAttribute('aria-current', 'page')
  await expect(page).toHaveURL(/saved=/)
  await tab(page, 'All contacts').click()
  await expect(page.getByRole('link', { name: 'Person 002' })).toBeVisible()
  await expect(page).not.toHaveURL(/filter=/)
  await tab(page, 'Odd ones').click()
  await expect(page).toHaveURL(/filter=/)
  await expect(page.getByRole('link', { name: 'Person 002' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Person 001' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: 'Person 002' })).toBeVisible()
})

test('a changed view is saved, or goes back to what it was @desktop', async ({ page }) => {
  await signUp(page)
  await addContacts(page, 6)
  await page.goto(`/contacts?filter=${FILTER}`)
  await saveAs(page, 'Odd ones')
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click()
  await expect(tab(page, 'Odd ones').getByRole('img', { name: 'Changed since it was saved' })).toBeVisible()
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await expect(page).not.toHaveURL(/sort=/)
  await expect(page.getByRole('button', { name: 'Reset', exact: true })).toHaveCount(0)

  // Columns are part of a view.
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name: 'Source' }).check()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('columnheader', { name: 'Source' })).toBeAttached()
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('button', { name: 'Reset', exact: true })).toHaveCount(0)
  await tab(page, 'All contacts').click()
  await expect(page.getByRole('columnheader', { name: 'Source' })).toHaveCount(0)
  await tab(page, 'Odd ones').click()
  await expect(page.getByRole('columnheader', { name: 'Source' })).toBeAttached()
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'Source' })).toBeAttached()
})

test('renamed, shared, locked, copied, deleted and brought back', async ({ page }) => {
  await signUp(page)
  await addContact(page, { name: 'Anna' })
  const { id } = await addView(page, { name: 'Mine', query: { search: 'anna' } })
  await page.goto('/contacts')
  await tab(page, 'Mine').click()
  const menu = bar(page).getByRole('button', { name: /Actions on/ })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Rename and icon…' }).click()
  const window = page.getByRole('dialog', { name: 'Edit view' })
  await window.getByLabel('Name').fill('Annas')
  await window.getByRole('radio', { name: 'Flame' }).check()
  await expectAccessible(page)
  await window.getByRole('button', { name: 'Save' }).click()
  await expect(tab(page, 'Annas')).toBeVisible()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Share with everybody' }).click()
  await expect(tab(page, 'Annas').getByRole('img', { name: 'shared' })).toBeVisible()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Lock', exact: true }).click()
  await expect(tab(page, 'Annas').getByRole('img', { name: 'locked' })).toBeVisible()
  const now = await call<{ items: { id: string }[] }>(page, 'GET', '/api/crm/views?recordType=contact')
  expect(now.items.find((v) => v.id === id)).toMatchObject({
    name: 'Annas',
    icon: 'flame',
    locked: true,
    visibility: 'org',
  })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect(tab(page, 'Annas 2')).toHaveAttribute('aria-current', 'page')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(tab(page, 'Annas 2')).toHaveCount(0)
  await expect(tab(page, 'All contacts')).toHaveAttribute('aria-current', 'page')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(tab(page, 'Annas 2')).toHaveAttribute('aria-current', 'page')
})

test('a default view is what the list starts with', async ({ page }) => {
  await signUp(page)
  await addContacts(page, 3)
  await addView(page, { name: 'First', query: { search: 'person' }, isDefault: true })
  await page.goto('/contacts')
  await expect(page).toHaveURL(/q=person/)
  await expect(tab(page, 'First')).toHaveAttribute('aria-current', 'page')
  await tab(page, 'All contacts').click()
  await expect(page).toHaveURL(/saved=all/)
  await expect(page.getByRole('link', { name: 'Boss of Acme' })).toBeVisible()
})

test('views are put into another order by keyboard @desktop', async ({ page }) => {
  await signUp(page)
  await addContact(page, { name: 'Anna' })
  for (const name of ['One', 'Two', 'Three']) await addView(page, { name })
  await page.goto('/contacts')
  await expect(tab(page, 'Three')).toBeVisible()
  await page.keyboard.press('v')
  const list = page.getByRole('dialog', { name: 'All saved views' })
  await expectAccessible(page)
  const handle = list.getByRole('button', { name: 'Move “Three”' })
  await handle.press('ArrowUp')
  await expect(list.getByRole('link')).toHaveText(['One', 'Three', 'Two'])
  await page.reload()
  await expect(tab(page, 'Three')).toBeVisible()
  expect((await bar(page).getByRole('link').allInnerTexts()).map((s) => s.trim())).toEqual([
    'All contacts',
    'Shared',
    'One',
    'Three',
    'Two',
  ])
})

test('deals have views too: board or table, with whose', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['Pilot', 'Licence'])
  await page.goto('/pipeline?view=table&q=pilot')
  await expect(page.getByRole('link', { name: /Pilot/ })).toBeVisible()
  await saveAs(page, 'Pilots')
  await tab(page, 'All deals').click()
  await expect(page.getByRole('link', { name: /Licence/ })).toBeVisible()
  await page.goto('/pipeline')
  await tab(page, 'Pilots').click()
  await expect(page).toHaveURL(/view=table/)
  await expect(page).toHaveURL(/q=pilot/)
  await expect(page.getByRole('link', { name: /Licence/ })).toHaveCount(0)
})

test('a record opened from a view leads back to it', async ({ page }) => {
  await signUp(page)
  await addContacts(page, 3)
  await addView(page, { name: 'Odd ones', query: { filter: JSON.parse(FILTER) } })
  await page.goto('/contacts')
  await tab(page, 'Odd ones').click()
  await page.getByRole('link', { name: 'Person 001' }).click()
  await page.getByRole('main').getByRole('link', { name: 'Contacts', exact: true }).click()
  await expect(tab(page, 'Odd ones')).toHaveAttribute('aria-current', 'page')
})

for (const { name, ...look } of LOOKS)
  test(`is accessible and fits: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await addContacts(page, 3)
    for (const [i, v] of [
      'Давно не общались',
      'Крупные клиенты Сибири',
      'Hot',
      'With a rather long name that is cut',
    ].entries())
      await addView(page, { name: v, visibility: i % 2 ? 'org' : 'private', locked: i === 1 })
    await page.goto(`/contacts?filter=${FILTER}`)
    await expect(page.getByRole('link', { name: 'Person 001' })).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.getByRole('navigation').getByRole('button').last().click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    if (isPhone(page)) return
    await row(page, 'Person 001').getByRole('checkbox').check()
    await expectAccessible(page)
  })
