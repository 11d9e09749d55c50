import { expect, type Page, test } from '@playwright/test'
import { addContact, addContacts, call, contactNow, expectAccessible, LOOKS, signUp } from './support/records'

const open = (page: Page, id: string, project: string, tab = '') =>
  page.goto(`/contacts/${id}${project === 'mobile' && tab ? `?tab=${tab}` : ''}`)

test('properties are edited where they stand and tell their story', async ({ page }, info) => {
  await signUp(page)
  const { id } = await addContact(page, {
    name: 'Anna Petrova',
    jobTitle: 'CEO',
    custom: { inn: '7701', seats: { a: 1 } },
  })
  await open(page, id, info.project.name)
  await expect(page.getByRole('heading', { level: 1, name: 'Anna Petrova' })).toBeVisible()
  await expect(page.getByText('7701')).toBeVisible()
  await page.getByRole('button', { name: 'Edit: Job title' }).click()
  await page.getByRole('textbox', { name: 'Job title' }).fill('CTO')
  await page.keyboard.press('Enter')
  await expect(page.getByText('CTO').first()).toBeVisible()
  await page.getByRole('switch', { name: 'Do not contact' }).click()
  await page.getByRole('button', { name: 'Edit: Lead score' }).click()
  await page.getByRole('textbox', { name: 'Lead score' }).fill('300')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'From 0 to 100' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Lead score' }).fill('80')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await contactNow(page, id))['leadScore']).toBe(80)
  if (info.project.name === 'mobile') await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(page.getByText(/Alex Morgan changed Job title/)).toBeVisible()
  await expect(page.getByText('Alex Morgan marked this contact “Do not contact”')).toBeVisible()
  await expect(page.getByText('Alex Morgan added this contact')).toBeVisible()
})

test('what was changed a moment before the page is left is kept', async ({ page }, info) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Anna Petrova', jobTitle: 'CEO' })
  await open(page, id, info.project.name)
  // The answer takes longer than it takes to leave.
  const network = await page.context().newCDPSession(page)
  const slow = { offline: false, latency: 500, downloadThroughput: -1, uploadThroughput: -1 }
  await network.send('Network.emulateNetworkConditions', slow)
  await page.getByRole('button', { name: 'Edit: Job title' }).click()
  await page.getByRole('textbox', { name: 'Job title' }).fill('CTO')
  const asked = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.keyboard.press('Enter')
  await asked
  await page.goto('about:blank')
  await expect.poll(async () => (await contactNow(page, id))['jobTitle']).toBe('CTO')
})

test('notes: the draft is kept, saved by keyboard, changed, deleted and brought back', async ({ page }, info) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Anna Petrova' })
  await open(page, id, info.project.name, 'timeline')
  const composer = page.getByRole('textbox', { name: 'New note' })
  await composer.fill('Wants a pilot')
  await page.reload()
  await expect(composer).toHaveValue('Wants a pilot')
  await composer.press('Control+Enter')
  const note = page.getByRole('article', { name: 'Note by Alex Morgan' })
  await expect(note).toContainText('Wants a pilot')
  await expect(composer).toHaveValue('')
  await note.getByRole('button', { name: 'Actions on the note' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Edit the note' }).fill('Wants a pilot of 50 seats')
  await page.keyboard.press('Control+Enter')
  await expect(note).toContainText('50 seats')
  await expect(note).toContainText('edited')
  await note.getByRole('button', { name: 'Actions on the note' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(note).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(note).toContainText('50 seats')
  const { items } = await (await page.request.get(`/api/crm/contacts/${id}/notes`)).json()
  expect(items).toHaveLength(1)
})

test('walks to the next record of the list it was opened from', async ({ page }) => {
  await signUp(page)
  await addContacts(page, 4)
  await page.goto('/contacts?sort=name&q=person')
  await page.getByRole('link', { name: 'Person 001' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Person 001' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Previous' })).toBeDisabled()
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Person 002' })).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Previous' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Person 001' })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Contacts' }).click()
  await expect(page).toHaveURL(/sort=name/)
})

test('deleted with Undo; a record in the trash is read-only until restored', async ({ page }) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Anna Petrova', jobTitle: 'CEO' })
  await page.goto(`/contacts/${id}`)
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page).toHaveURL(/\/contacts$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('link', { name: 'Anna Petrova' })).toBeVisible()

  await call(page, 'DELETE', `/api/crm/contacts/${id}`)
  await page.goto(`/contacts/${id}`)
  await expect(page.getByText(/In the trash since/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit: Job title' })).toHaveCount(0)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByText(/In the trash since/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Edit: Job title' })).toBeVisible()
})

test('a record that is not there says so', async ({ page }) => {
  await signUp(page)
  await page.goto('/contacts/00000000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'This contact was not found' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Look in the trash' }).click()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
})

test('others at the same company', async ({ page }, info) => {
  await signUp(page)
  const { id } = await addContact(page, { name: 'Anna', companyName: 'Acme' })
  await addContact(page, { name: 'Boris', companyName: 'Acme' })
  await open(page, id, info.project.name, 'related')
  await page.getByRole('link', { name: 'Boris' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Boris' })).toBeVisible()
})

for (const { name, ...look } of LOOKS)
  test(`is accessible: ${name}`, async ({ page }, info) => {
    await signUp(page, look)
    const { id } = await addContact(page, {
      name: 'Anna Petrova',
      companyName: 'Acme',
      emails: ['anna@example.com'],
      phones: ['+79125550011'],
      tags: ['VIP', 'EMEA'],
      website: 'acme.example',
      leadScore: 70,
    })
    await call(page, 'PATCH', `/api/crm/contacts/${id}`, {
      jobTitle: 'CTO',
      tags: ['VIP'],
      emails: ['new@example.com'],
    })
    await call(page, 'POST', `/api/crm/contacts/${id}/notes`, { body: 'A note' })
    for (const tab of info.project.name === 'mobile' ? ['', 'timeline', 'related'] : ['']) {
      await open(page, id, info.project.name, tab)
      await expect(page.getByRole('heading', { level: 1, name: 'Anna Petrova' })).toBeVisible()
      await page.waitForLoadState('networkidle')
      await expectAccessible(page)
    }
  })
