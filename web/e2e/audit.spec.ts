import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS } from './support/page'

test('what was done is listed with before and after, filtered, verified and exported', async ({ page }) => {
  await signUp(page)
  const contact = await call<{ id: string }>(page, 'POST', '/api/crm/contacts', { name: 'Watched', jobTitle: 'Clerk' })
  await call(page, 'PATCH', `/api/crm/contacts/${contact.id}`, { jobTitle: 'Head' })
  await call(page, 'POST', '/api/crm/companies', { name: 'Another matter' })
  const line = page.getByRole('button', { name: /^Contact: changed/ })
  // The log follows the events in a moment.
  await expect(async () => {
    await page.goto('/settings/audit')
    await expect(line).toBeVisible({ timeout: 2000 })
  }).toPass()
  await line.click()
  await expect(dialog(page).getByText('Clerk')).toBeVisible()
  await expect(dialog(page).getByText('Head', { exact: true })).toBeVisible()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'All of this record' }).click()
  await expect(page.getByRole('button', { name: /^Contact: created/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Company: created/ })).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('button', { name: /^Company: created/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(page.getByRole('button', { name: /^Company: created/ })).toBeVisible()
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('Nothing was tampered with')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await (await download).path()
  expect(readFileSync(file, 'utf8')).toContain('contact.updated')
})

for (const { name, ...look } of LOOKS)
  test(`the audit log is accessible and fits: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await expect(async () => {
      await page.goto('/settings/audit')
      await expect(page.getByRole('list').getByRole('button').first()).toBeVisible({ timeout: 2000 })
    }).toPass()
    await expectAccessible(page)
    await page.goto('/settings/audit?period=dates&action=none.such')
    await expect(page.getByRole('heading', { name: /Nothing like that|Такого не было/ })).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
