import { expect, test } from '@playwright/test'
import { call, signUp, uniqueEmail } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, ready, toast } from './support/page'
import { colleague } from './support/people'

const row = (name: string) => new RegExp(name)
const openMenu = async (page: import('@playwright/test').Page, name: string, item: string) => {
  await page.getByRole('button', { name: `Actions: ${name}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test('members are listed, found, given roles and explained', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  await page.goto('/team')
  await ready(page, 'Team')
  const anna = page.getByRole(isPhone(page) ? 'listitem' : 'row').filter({ hasText: 'Anna Petrova' })
  await expect(anna).toContainText('Administrator')
  await page.getByRole('searchbox', { name: 'Find a member' }).fill('nobody of this name')
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await openMenu(page, 'Anna Petrova', 'Change roles…')
  await dialog(page).getByRole('checkbox', { name: 'Administrator' }).uncheck()
  await expect(dialog(page).getByRole('button', { name: 'Save' })).toBeDisabled()
  await dialog(page).getByRole('checkbox', { name: 'Viewer' }).check()
  await dialog(page).getByRole('checkbox', { name: 'Auditor' }).check()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'The roles of Anna Petrova were changed')).toBeVisible()
  await expect(anna).toContainText('Auditor')
  await anna.getByRole('button', { name: 'Anna Petrova', exact: true }).click()
  await expect(dialog(page).getByText('Read the audit log')).toBeVisible()
  await expect(dialog(page).getByText('Because of: Auditor').first()).toBeAttached()
  await expectAccessible(page)
  // At once, also at a window that is open.
  await guest.goto('/team')
  await expect(guest.getByRole('button', { name: 'Invite' })).toHaveCount(0)
})

test('the last owner stays an owner', async ({ page }) => {
  const person = await signUp(page)
  await page.goto('/team')
  await openMenu(page, person.name, 'Change roles…')
  await dialog(page).getByRole('checkbox', { name: 'Owner' }).uncheck()
  await dialog(page).getByRole('checkbox', { name: 'Administrator' }).check()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await expect(dialog(page).getByRole('alert').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('Owner', { exact: true }).first()).toBeVisible()
})

test('people are invited, sent another link, and left out again', async ({ page }) => {
  const person = await signUp(page)
  const [ann, bob] = [uniqueEmail('ann'), uniqueEmail('bob')]
  await page.goto('/team?new=true')
  await dialog(page).getByRole('combobox', { name: 'E-mail addresses' }).fill(`${ann}, ${bob}, ${person.email},`)
  await dialog(page).getByRole('button', { name: 'Invite 3 people' }).click()
  await expect(page.getByRole('heading', { name: '2 invitations made' })).toBeVisible()
  await expect(dialog(page).getByText(`${person.email} – is a member already`)).toBeVisible()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await page.getByRole('tab', { name: /Invitations/ }).click()
  await expect(page.getByRole('listitem').filter({ hasText: ann })).toContainText('Open')
  await page.getByRole('button', { name: `Revoke: ${ann}` }).click()
  await expect(page.getByRole('listitem').filter({ hasText: ann })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: ann })).toHaveCount(1)
  // Within a minute of the first mail.
  await page.getByRole('button', { name: `Send again: ${bob}` }).click()
  await expect(toast(page, 'Not sent again')).toBeVisible()
})

test('somebody is removed, and what they held goes to another', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  const { user } = await call<{ user: { id: string } }>(guest, 'GET', '/api/auth/session')
  const contact = await call<{ id: string }>(page, 'POST', '/api/crm/contacts', { name: 'Kept', ownerId: user.id })
  await page.goto('/team')
  await openMenu(page, 'Anna Petrova', 'Remove…')
  await expect(dialog(page).getByText('1 client')).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await dialog(page).getByRole('combobox', { name: 'Member' }).click()
  await page.getByRole('option', { name: row(host.name) }).click()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await dialog(page).getByRole('button', { name: 'Remove' }).click()
  await expect(toast(page, 'Anna Petrova was removed')).toBeVisible()
  await expect
    .poll(async () => (await call<{ ownerId: string }>(page, 'GET', `/api/crm/contacts/${contact.id}`)).ownerId)
    .toBe(host.userId)
  expect((await guest.request.get('/api/team/members')).status()).toBe(401)
})

test('a team is made, led, changed and deleted', async ({ page, browser }, info) => {
  const host = await signUp(page)
  await colleague(browser, info, host)
  await page.goto('/team?tab=teams')
  await page.getByRole('button', { name: 'New team' }).last().click()
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('North')
  for (const name of ['Anna Petrova', host.name]) {
    await dialog(page).getByRole('combobox', { name: 'Members' }).click()
    await page.getByRole('option', { name: row(name) }).click()
  }
  await dialog(page).getByRole('button', { name: 'Anna Petrova leads the team' }).click()
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  const card = page.getByRole('listitem').filter({ hasText: 'North' })
  await expect(card).toContainText('2 members')
  await expect(card).toContainText('Leads: Anna Petrova')
  await card.getByRole('button', { name: 'Edit: North' }).click()
  await dialog(page).getByRole('button', { name: 'Take Anna Petrova out' }).click()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await expect(card).toContainText('1 member')
  await card.getByRole('button', { name: 'Delete: North' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'No teams yet' })).toBeVisible()
})

test('keys and the palette lead to the team @desktop', async ({ page }) => {
  await signUp(page)
  await page.goto('/')
  await ready(page, 'Dashboard')
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await ready(page, 'Team')
  const first = page.getByRole('button', { name: 'Alex Morgan', exact: true })
  await expect(first).toBeVisible()
  await page.keyboard.press('j')
  await expect(first).toBeFocused()
  await page.keyboard.press('c')
  await expect(dialog(page).getByRole('heading', { name: 'Invite people' })).toBeVisible()
  await page.keyboard.press('Escape')
  await openPalette(page)
  await page.keyboard.type('invite')
  await page.getByRole('option', { name: 'Invite people' }).first().click()
  await expect(dialog(page).getByRole('heading', { name: 'Invite people' })).toBeVisible()
})

for (const { name, ...look } of LOOKS)
  test(`the team is accessible and fits: ${name}`, async ({ page, browser }, info) => {
    const host = await signUp(page, look)
    await colleague(browser, info, host)
    await call(page, 'POST', '/api/teams', { name: 'Команда с длинным названием', members: [] })
    await call(page, 'POST', '/api/team/members/invite', { emails: [uniqueEmail()], roles: ['agent'], teamIds: [] })
    for (const tab of ['', '?tab=invitations', '?tab=teams', '?new=true', '?tab=teams&new=true']) {
      await page.goto(`/team${tab}`)
      // Behind a window the page is hidden from those who read it aloud.
      if (tab.includes('new')) await expect(dialog(page)).toBeVisible()
      else await ready(page, /Team|Команда/)
      await expect(page.getByRole('status', { name: /Loading|Загрузка/ })).toHaveCount(0)
      await expectAccessible(page)
      if (isPhone(page))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
  })
