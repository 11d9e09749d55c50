import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { connectSandbox } from './support/inbox'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, toast } from './support/page'

/** Of a key that Telegram does not know: nobody is asked in these tests. */
const SESSION = `1${Buffer.from([2, 149, 154, 167, 51, 1, 187, ...Array<number>(256).fill(7)]).toString('base64')}`
const toSession = async (page: Page) => {
  await page.goto('/accounts?connect=1')
  await dialog(page)
    .getByRole('button', { name: /^(Continue|Далее|Продолжить)$/ })
    .click()
  await dialog(page)
    .getByRole('button', { name: /^(Take its session over|Перенести её сессию)$/ })
    .click()
  await expect(dialog(page).getByRole('textbox').first()).toBeFocused()
}

test('a session of another program is looked at before it is sent', async ({ page }) => {
  await signUp(page)
  await toSession(page)
  const field = dialog(page).getByRole('textbox', { name: 'String session' })
  await field.fill('1hello')
  await dialog(page).getByRole('button', { name: 'Take over' }).click()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog(page)).toContainText('This is no string session')
  await field.fill(SESSION)
  await expect(dialog(page)).toContainText('Recognised by itself.')
  await expect(dialog(page).getByRole('radio', { name: 'Telethon' })).toBeChecked()
  // This server has no application id of its own.
  await dialog(page).getByRole('button', { name: 'Take over' }).click()
  await expect(dialog(page).getByRole('textbox', { name: /API id/ })).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Back' }).click()
  await expect(dialog(page).getByRole('textbox', { name: /Phone/ })).toBeVisible()
})

test('an account keeps quiet hours', async ({ page }) => {
  await signUp(page)
  const account = await connectSandbox(page)
  await page.goto(`/accounts/${account.id}?tab=limits`)
  await page.getByRole('switch', { name: /Send nothing in these hours/ }).click()
  const quiet = page.locator('form section').filter({ has: page.getByRole('heading', { name: 'Quiet hours' }) })
  await quiet.getByLabel('From').fill('21:30')
  await quiet.getByLabel('To', { exact: true }).fill('21:30')
  await expect(quiet.getByRole('alert')).toHaveText('Give two different times')
  await quiet.getByLabel('To', { exact: true }).fill('07:15')
  await expect(quiet).toContainText('Until the next morning')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'Saved')).toBeVisible()
  const now = await call<{ quietHours: object }>(page, 'GET', `/api/bd-accounts/${account.id}`)
  expect(now.quietHours).toEqual({ enabled: true, from: '21:30', to: '07:15' })
  await page.reload()
  await expect(quiet.getByLabel('From')).toHaveValue('21:30')
})

test('the page of orders says that they are off @desktop', async ({ page }) => {
  await signUp(page)
  await page.goto('/accounts')
  await page.getByRole('link', { name: 'Orders of accounts' }).click()
  await expect(page.getByRole('heading', { name: 'Ordering is switched off' })).toBeVisible()
  await expect(page.getByText('RAPPORT_ACCOUNT_ORDERS')).toBeVisible()
  await page.getByRole('link', { name: 'Connect an account of your own' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Connect an account' })).toBeVisible()
  await page.keyboard.press('Escape')
  await openPalette(page)
  await page.keyboard.type('orders')
  await page.getByRole('option', { name: /Orders of accounts/ }).click()
  await expect(page).toHaveURL(/\/accounts\/orders/)
})

for (const { name, ...look } of LOOKS)
  test(`sessions, quiet hours and orders are accessible and fit: ${name}`, async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    await signUp(page, look)
    await toSession(page)
    await expectAccessible(page)
    const account = await connectSandbox(page)
    await page.goto(`/accounts/${account.id}?tab=limits`)
    const control = page.getByRole('switch', { name: /Send nothing|Ничего не отправлять/ })
    await control.click()
    await expect(control).toBeChecked()
    await expectAccessible(page)
    if (isPhone(page)) expect(await fits()).toBe(true)
    await page.goto('/accounts/orders')
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
    await expectAccessible(page)
    // A provider, as it would answer.
    await page.route('**/api/bd-accounts/orders*', (r) =>
      r.fulfill({
        json: {
          items: [
            {
              id: '0190a000-0000-7000-8000-000000000001',
              provider: 'example',
              country: 'PL',
              quantity: 3,
              amountMinor: 4500,
              currency: 'EUR',
              status: 'placed',
              createdAt: '2026-01-10T09:00:00Z',
            },
          ],
          page: { limit: 30, nextCursor: null },
        },
      }),
    )
    await page.reload()
    await expect(page.getByRole('listitem').first()).toContainText(/Poland|Польша/)
    await expectAccessible(page)
    if (isPhone(page)) expect(await fits()).toBe(true)
  })
