import { expect, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS, toast } from './support/page'
import { colleague } from './support/people'

test('a role is copied, given, changed and replaced', async ({ page, browser }, info) => {
  const host = await signUp(page)
  const guest = await colleague(browser, info, host)
  const { user } = await call<{ user: { id: string } }>(guest, 'GET', '/api/auth/session')
  await page.goto('/settings/roles')
  await page.getByRole('button', { name: 'Viewer', exact: true }).click()
  await expect(page.getByRole('checkbox', { name: 'View contacts' }).first()).toBeDisabled()
  await page.getByRole('button', { name: 'Copy to edit' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Reader of deals')
  await page.getByRole('checkbox', { name: 'Import contacts' }).check()
  await page.getByRole('group', { name: 'Reach: Clients' }).getByRole('radio', { name: 'Own' }).check()
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(toast(page, 'The role “Reader of deals” was created')).toBeVisible()
  const { items } = await call<{ items: { key: string; name: string | null; reach: { clients: string } }[] }>(
    page,
    'GET',
    '/api/roles',
  )
  const made = items.find((r) => r.name === 'Reader of deals')
  expect(made?.reach.clients).toBe('own')
  await call(page, 'PUT', `/api/team/members/${user.id}/role`, { roles: [made?.key] })
  // What is taken from a role is taken from who has it, at once.
  await page.getByRole('checkbox', { name: 'Import contacts' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'The role “Reader of deals” was saved')).toBeVisible()
  const now = await call<{ permissions: string[] }>(guest, 'GET', '/api/auth/session')
  expect(now.permissions).not.toContain('crm.contacts.import')
  await page.reload()
  await page.getByRole('button', { name: 'Delete role' }).click()
  await dialog(page).getByRole('combobox', { name: 'Replacement' }).click()
  await page.getByRole('option', { name: 'Viewer' }).click()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await expect(toast(page, 'The role “Reader of deals” was deleted')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Reader of deals' })).toHaveCount(0)
})

test('leaving a changed role is asked about', async ({ page }) => {
  await signUp(page)
  await page.goto('/settings/roles?copy=agent')
  await page.getByRole('textbox', { name: 'Name' }).fill('Half made')
  await page.getByRole('button', { name: 'All roles' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Half made')
})

for (const { name, ...look } of LOOKS)
  test(`roles are accessible and fit: ${name}`, async ({ page }) => {
    await signUp(page, look)
    for (const search of ['', '?role=admin', '?copy=agent', '?a=manager&b=agent']) {
      await page.goto(`/settings/roles${search}`)
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expectAccessible(page)
      if (isPhone(page))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
  })
