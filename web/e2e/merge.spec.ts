import { expect, type Page, test } from '@playwright/test'
import {
  addCompany,
  addContact,
  call,
  contactNow,
  expectAccessible,
  isPhone,
  LOOKS,
  row,
  signUp,
} from './support/records'

/** Anna twice: one has the job, the other the tags and a second address; they share an e-mail. */
async function twoAnnas(page: Page) {
  const company = await addCompany(page, { name: 'Polar Freight' })
  const older = await addContact(page, {
    name: 'Anna Petrova',
    jobTitle: 'CEO',
    companyId: company.id,
    emails: ['anna@example.com'],
    tags: ['VIP'],
    phones: ['+79125550011'],
  })
  const newer = await addContact(page, {
    name: 'Anna P.',
    jobTitle: 'Chief executive',
    emails: ['anna@example.com', 'anna@work.example'],
    tags: ['event'],
    source: 'fair',
  })
  return { older: older.id, newer: newer.id, company: company.id }
}
const group = (page: Page) => page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Merge' }) })

test('duplicates are found, compared field by field, merged, and taken apart again', async ({ page }) => {
  await signUp(page)
  const { older, newer } = await twoAnnas(page)
  await call(page, 'POST', `/api/crm/contacts/${newer}/notes`, { body: 'Met at the fair' })
  await page.goto('/contacts')
  await page.getByRole('button', { name: 'Find duplicates' }).click()
  await expect(page).toHaveURL(/\/contacts\/duplicates/)
  const card = group(page)
  await expect(card).toHaveCount(1)
  await expect(card.getByText('same e-mail')).toBeVisible()

  await expect(card.getByRole('radio', { name: 'Anna Petrova stays' })).toBeChecked()
  await expect(card.getByRole('radio', { name: 'CEO, of Anna Petrova' })).toBeChecked()
  await card.getByRole('radio', { name: 'Chief executive, of Anna P.' }).check()
  await expect(card.getByRole('group', { name: 'Tags' }).getByRole('radio', { name: 'All: 2' })).toBeChecked()
  await card.getByRole('button', { name: 'Merge' }).click()
  await expect(page.getByText('2 records merged into Anna Petrova')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'No duplicates' })).toBeVisible()

  expect(await contactNow(page, older)).toMatchObject({
    name: 'Anna Petrova',
    jobTitle: 'Chief executive',
    source: 'fair',
    tags: ['VIP', 'event'],
    emails: ['anna@example.com', 'anna@work.example'],
  })
  expect(await contactNow(page, newer)).toMatchObject({ mergedInto: older })

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('The merge was undone')).toBeVisible()
  await expect(group(page)).toHaveCount(1)
  expect(await contactNow(page, older)).toMatchObject({ jobTitle: 'CEO', source: null, tags: ['VIP'] })
  expect(await contactNow(page, newer)).toMatchObject({ mergedInto: null, deletedAt: null })
})

test('a merged record leads to the one it is part of, and tells its story', async ({ page }, info) => {
  await signUp(page)
  const { older, newer } = await twoAnnas(page)
  await call(page, 'POST', '/api/crm/contacts/merge', { into: older, from: [newer] })
  await page.goto(`/contacts/${newer}`)
  const banner = page.getByRole('status').filter({ hasText: 'This record was merged' })
  await expectAccessible(page)
  await banner.getByRole('link', { name: 'Anna Petrova' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Anna Petrova' })).toBeVisible()
  if (info.project.name === 'mobile') await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(page.getByText('Alex Morgan merged Anna P. into this record')).toBeVisible()
  await page.getByRole('button', { name: 'Undo the merge' }).click()
  await expect(page.getByText('The merge was undone')).toBeVisible()
  await page.goto(`/contacts/${newer}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Anna P.' })).toBeVisible()
  await expect(page.getByText('This record was merged')).toHaveCount(0)
})

test('what was changed since is left alone and said', async ({ page }) => {
  await signUp(page)
  const { older } = await twoAnnas(page)
  await page.goto('/contacts/duplicates')
  await group(page).getByRole('button', { name: 'Merge' }).click()
  await expect(page.getByText('2 records merged into Anna Petrova')).toBeVisible()
  await call(page, 'PATCH', `/api/crm/contacts/${older}`, { jobTitle: 'Chair' })
  await page.getByRole('button', { name: 'Undo' }).click()
  const left = page.getByRole('dialog', { name: 'Undone, with exceptions' })
  await expect(left.getByRole('link', { name: /Anna Petrova/ })).toBeVisible()
  await expectAccessible(page)
  await left.getByRole('button', { name: 'Close' }).last().click()
  await expect(left).toBeHidden()
  expect(await contactNow(page, older)).toMatchObject({ jobTitle: 'Chair' })
})

test('what is no duplicate is not offered again', async ({ page }) => {
  await signUp(page)
  await twoAnnas(page)
  await page.goto('/contacts/duplicates')
  await group(page).getByRole('button', { name: 'Not a duplicate' }).click()
  await expect(page.getByText('They will not be offered again')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'No duplicates' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'No duplicates' })).toBeVisible()
})

test('many groups by keyboard, and several at once @desktop', async ({ page }) => {
  await signUp(page)
  for (const name of ['Anna', 'Boris', 'Clara']) {
    const emails = [`${name.toLowerCase()}@example.com`]
    await addContact(page, { name, emails, jobTitle: 'CEO' })
    await addContact(page, { name: `${name} again`, emails })
  }
  await page.goto('/contacts/duplicates')
  await expect(group(page)).toHaveCount(3)
  await page.keyboard.press('j')
  await expect(group(page).first()).toBeFocused()
  await page.keyboard.press('2')
  await expect(
    group(page)
      .first()
      .getByRole('radio', { name: /again stays/ }),
  ).toBeChecked()
  await page.keyboard.press('m')
  await expect(group(page)).toHaveCount(2)
  await expect(page.getByText(/2 records merged into \w+ again/)).toBeVisible()
  for (const box of await page.getByRole('checkbox', { name: /Select the group/ }).all()) await box.check()
  const bar = page.getByRole('toolbar', { name: 'Selected groups' })
  await expectAccessible(page)
  await bar.getByRole('button', { name: 'Merge' }).click()
  await expect(page.getByText('2 groups merged')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'No duplicates' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect(group(page)).toHaveCount(2)
})

test('chosen rows are merged with M @desktop', async ({ page }) => {
  await signUp(page)
  const { older, newer } = await twoAnnas(page)
  await addContact(page, { name: 'Boris' })
  await page.goto('/contacts?sort=name')
  await row(page, 'Anna Petrova').getByRole('checkbox').check()
  await page.keyboard.press('m')
  await expect(page.getByText('Select 2 to 10 records to merge them')).toBeVisible()
  await row(page, 'Anna P.').getByRole('checkbox').check()
  await page.keyboard.press('m')
  await expect(page).toHaveURL(new RegExp(`merge\\?ids=.*(${older}|${newer})`))
  await page.getByRole('radio', { name: 'Anna P. stays' }).check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Merge 2 records' }).click()
  await expect(page).toHaveURL(new RegExp(`/contacts/${newer}$`))
  await expect(page.getByRole('heading', { level: 1, name: 'Anna P.' })).toBeVisible()
  await page.goBack()
  await expect(row(page, 'Anna Petrova')).toHaveCount(0)
  await page.keyboard.press('Control+d')
  await expect(page).toHaveURL(/\/contacts\/duplicates/)
})

test('a record names those that look the same, and is merged with any other', async ({ page }) => {
  await signUp(page)
  const { older } = await twoAnnas(page)
  await addContact(page, { name: 'Boris' })
  await page.goto(`/contacts/${older}`)
  await page.getByRole('button', { name: '1 similar record' }).click()
  const hint = page.getByRole('dialog', { name: 'These may be the same' })
  await expect(hint.getByRole('link', { name: 'Anna P.' })).toBeVisible()
  await expectAccessible(page)
  await hint.getByRole('button', { name: 'Compare and merge' }).click()
  await expect(page.getByRole('radio', { name: 'Anna P. stays' })).toBeVisible()
  await page.goto(`/contacts/${older}`)
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).last().click()
  await page.getByRole('menuitem', { name: 'Merge with…' }).click()
  await page.getByRole('combobox', { name: 'Find the other record' }).fill('Bor')
  await page.getByRole('option', { name: /Boris/ }).click()
  await expect(page.getByRole('radio', { name: 'Boris stays' })).toBeVisible()
})

test('companies take their contacts along', async ({ page }) => {
  await signUp(page)
  const one = await addCompany(page, { name: 'Acme Ltd', website: 'https://acme.example' })
  const two = await addCompany(page, { name: 'Acme', website: 'https://acme.example', industry: 'Energy' })
  const { id } = await addContact(page, { name: 'Anna', companyId: two.id })
  await page.goto(`/companies/merge?ids=${one.id},${two.id}`)
  await page.getByRole('radio', { name: 'Acme Ltd stays' }).check()
  await page.getByRole('button', { name: 'Merge 2 records' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Acme Ltd' })).toBeVisible()
  expect(await contactNow(page, id)).toMatchObject({ companyId: one.id })
})

test('too few records are said', async ({ page }) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Anna' })
  await page.goto(`/contacts/merge?ids=${id}`)
  await expect(page.getByRole('heading', { name: 'There is nothing to merge' })).toBeVisible()
})

for (const { name, ...look } of LOOKS)
  test(`is accessible and fits: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/contacts/duplicates')
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
    await expectAccessible(page)
    const { older, newer } = await twoAnnas(page)
    await page.reload()
    await expect(page.getByRole('radio').first()).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.goto(`/contacts/merge?ids=${older},${newer}`)
    await expect(page.getByRole('radio').first()).toBeVisible()
    await page.getByRole('switch').click()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
