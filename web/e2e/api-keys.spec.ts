import { expect, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS, toast } from './support/page'

test('a key is made, used, narrowed and revoked', async ({ page, playwright, baseURL }) => {
  await signUp(page)
  await call(page, 'POST', '/api/crm/contacts', { name: 'Read by a program' })
  await page.goto('/settings/api-keys')
  await expect(page.getByTestId('key-example')).toContainText('Bearer rk_…')
  await page.getByRole('button', { name: 'New key' }).click()
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Nightly export')
  await dialog(page).getByRole('checkbox', { name: 'View contacts' }).check()
  await dialog(page).getByRole('checkbox', { name: 'Create and change contacts' }).check()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  const secret = await page.getByRole('textbox', { name: 'Key' }).inputValue()
  expect(secret).toMatch(/^rk_/)
  await page.keyboard.press('Escape') // shown once: not closed by chance
  await expectAccessible(page)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  const program = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { Authorization: `Bearer ${secret}` },
  })
  const contacts = () => program.get('/api/crm/contacts?limit=5').then((r) => r.status())
  const write = () => program.post('/api/crm/contacts', { data: { name: 'Written' } }).then((r) => r.status())
  expect([await contacts(), await write()]).toEqual([200, 201])
  await page.reload()
  await expect(page.getByText(/used /)).toBeVisible()
  await page.getByRole('button', { name: 'Edit: Nightly export' }).click()
  await dialog(page).getByRole('checkbox', { name: 'Create and change contacts' }).uncheck()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'Saved')).toBeVisible()
  expect([await contacts(), await write()]).toEqual([200, 403])
  await page.getByRole('button', { name: 'Revoke: Nightly export' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(toast(page, 'The key “Nightly export” was revoked')).toBeVisible()
  expect(await contacts()).toBe(401)
  await page.getByRole('button', { name: 'Show 1 ended key' }).click()
  await expect(page.getByText('Revoked', { exact: true })).toBeVisible()
  await program.dispose()
})

for (const { name, ...look } of LOOKS)
  test(`API keys are accessible and fit: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/settings/api-keys')
    await expect(page.getByTestId('key-example')).toBeVisible()
    await expectAccessible(page)
    await call(page, 'POST', '/api/api-keys', {
      name: 'Ключ с названием, которое длиннее телефона',
      permissions: ['crm.contacts.read'],
      expiresAt: null,
    })
    await page.reload()
    await expect(page.getByRole('heading', { level: 3 })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('listitem').getByRole('button').first().click()
    await expect(dialog(page).getByRole('searchbox')).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
