import { expect, type Page, test } from '@playwright/test'
import { call, type Person, signUp } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, ready, toast } from './support/page'
import { colleague } from './support/people'

const banner = (page: Page) => page.getByRole('region', { name: /^(View as a member|Просмотр от имени участника)$/ })
const open = async (page: Page, name: string, item: string | RegExp) => {
  await page.getByRole('button', { name: new RegExp(`: ${name}$`) }).click()
  await page.getByRole('menuitem', { name: item }).click()
}
/** An agent of the organization, with a contact of theirs beside one of the host's. */
async function agent(page: Page, guest: Page, host: Person) {
  const { user } = await call<{ user: { id: string } }>(guest, 'GET', '/api/auth/session')
  await call(page, 'PUT', `/api/team/members/${user.id}/role`, { roles: ['agent'] })
  await call(page, 'POST', '/api/crm/contacts', { name: 'Elena Sokolova', ownerId: user.id })
  await call(page, 'POST', '/api/crm/contacts', { name: 'Marcus Lindqvist', ownerId: host.userId })
  return user.id
}

test('an owner looks as an agent, sees what the agent sees, changes nothing, and stops', async ({
  page,
  browser,
}, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  await agent(page, guest, host)
  await page.goto('/team')
  await open(page, 'Anna Petrova', 'View as this member')
  await expect(banner(page)).toContainText('You see Rapport as Anna Petrova sees it. Read only. 30 min left')
  await ready(page, 'Dashboard')
  await expectAccessible(page)
  await page.goto('/contacts')
  await ready(page, 'Contacts')
  await expect(page.getByText('Elena Sokolova').first()).toBeVisible()
  await expect(page.getByText('Marcus Lindqvist')).toHaveCount(0)
  await expect(page.getByRole('main').getByRole('button', { name: 'New contact' })).toHaveCount(0)
  const refused = await page.evaluate(async () => {
    const csrf = document.cookie.match(/rapport_csrf=([^;]+)/)?.[1] ?? ''
    const answer = await fetch('/api/crm/contacts', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Session-Mode': 'cookie', 'X-CSRF-Token': csrf },
      body: JSON.stringify({ name: 'New' }),
    })
    return { status: answer.status, code: ((await answer.json()) as { code: string }).code }
  })
  expect(refused).toEqual({ status: 403, code: 'auth.viewing_as' })
  if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await banner(page).getByRole('button', { name: 'Stop' }).click()
  await expect(banner(page)).toHaveCount(0)
  await expect(page.getByText('Marcus Lindqvist').first()).toBeVisible()
  await guest.context().close()
})

test('the explanation of an access leads there too, and it ends when the roles change', async ({
  page,
  browser,
}, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host, 'Boris Orlov')
  const id = await agent(page, guest, host)
  // Somebody else who administers: the host cannot while they look.
  const other = await colleague(browser, info, host, 'Clara Novak')
  await page.goto('/team')
  await page.getByRole('button', { name: 'Boris Orlov', exact: true }).click()
  await dialog(page).getByRole('button', { name: 'View as this member' }).click()
  await expect(banner(page)).toContainText('Boris Orlov')
  await page.goto('/team')
  await ready(page, 'Team')
  await expect(page.getByRole('button', { name: 'Invite' })).toHaveCount(0)
  await call(other, 'PUT', `/api/team/members/${id}/role`, { roles: ['viewer'] })
  await expect(banner(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Invite' }).first()).toBeVisible()
  await guest.context().close()
  await other.context().close()
})

test('an administrator is not offered an owner, and a refusal is said', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  await guest.goto('/team')
  await guest.getByRole('button', { name: `Actions: ${host.name}` }).click()
  await expect(guest.getByRole('menuitem', { name: 'Explain access' })).toBeVisible()
  await expect(guest.getByRole('menuitem', { name: 'View as this member' })).toHaveCount(0)
  await guest.keyboard.press('Escape')
  const third = await colleague(browser, info, host, 'Boris Orlov')
  await guest.reload()
  // As it is when the roles of one of the two have changed since the list was read.
  const refusal = { error: 'Not beyond yourself.', code: 'members.view_beyond', requestId: 'r' }
  await guest.route('**/api/team/view-as', (route) => route.fulfill({ status: 403, json: refusal }))
  await open(guest, 'Boris Orlov', 'View as this member')
  await expect(toast(guest, 'The view as Boris Orlov was not opened')).toBeVisible()
  await expect(guest.getByText('Not beyond yourself.').first()).toBeVisible()
  await expect(banner(guest)).toHaveCount(0)
  await guest.context().close()
  await third.context().close()
})

test('the command palette stops it', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  await agent(page, guest, host)
  await page.goto('/team')
  await open(page, 'Anna Petrova', 'View as this member')
  await expect(banner(page)).toBeVisible()
  await ready(page, 'Dashboard')
  await openPalette(page)
  await page.keyboard.type('Stop viewing')
  await page.getByRole('option', { name: 'Stop viewing as a member' }).first().click()
  await expect(banner(page)).toHaveCount(0)
})

for (const { name, ...look } of LOOKS)
  test(`the banner is accessible and fits: ${name}`, async ({ page, browser }, info) => {
    const host = await signUp(page, look)
    const guest = await colleague(browser, info, host, 'Константин Длиннофамильский')
    const id = await agent(page, guest, host)
    await call(page, 'POST', '/api/team/view-as', { userId: id })
    for (const path of ['/', '/contacts', '/team', '/settings/profile']) {
      await page.goto(path)
      await expect(banner(page)).toBeVisible()
      await expectAccessible(page)
      if (isPhone(page))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    await guest.context().close()
  })
