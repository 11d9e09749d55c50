import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { blob, quoted, write } from './support/database'
import { accountsNow, beginWizard, chatsNow, connectSandbox, SANDBOX, sandboxPhone } from './support/inbox'
import { openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS, ready, toast } from './support/page'

test('a newcomer connects a sandbox account, and its history is read in', async ({ page }) => {
  await signUp(page)
  await page.goto('/inbox')
  await page.getByRole('link', { name: 'Connect an account' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Connect an account' })).toBeVisible()
  await beginWizard(page)
  await expect(dialog(page).getByText(`the code is always ${SANDBOX.code}`)).toBeVisible()
  // A wrong code is said, and typed anew; the right one goes by itself, however it is pasted.
  const code = dialog(page).getByRole('textbox', { name: /Code/ })
  await code.fill('11111')
  await expect(code).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog(page).getByText(/code is wrong/i)).toBeVisible()
  await code.fill('2-2-2-2-2')
  await expect(dialog(page).getByRole('heading', { name: 'Two-step verification' })).toBeVisible()
  const password = dialog(page).locator('input[type=password]')
  await password.fill('not this one')
  await password.press('Enter')
  await expect(password).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog(page).getByText(/password is wrong/i)).toBeVisible()
  await password.fill(SANDBOX.password)
  await password.press('Enter')
  const connected = dialog(page).getByRole('heading', { name: 'Connected' })
  await expect(connected).toBeVisible()
  await dialog(page)
    .getByRole('textbox', { name: /Name in Rapport/ })
    .fill('Sales')
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Which chats?' })).toBeVisible()
  const boxes = dialog(page).getByRole('list', { name: 'Chats' }).getByRole('checkbox')
  await expect(boxes.first()).toBeVisible({ timeout: 30_000 })
  await dialog(page).getByRole('checkbox', { name: 'Select what is shown' }).check()
  await dialog(page).getByRole('button', { name: 'Start reading' }).click()
  await ready(page, 'Sales')
  await expect(page.getByText('History is here')).toBeVisible({ timeout: 60_000 })
  await expect.poll(async () => (await chatsNow(page)).length).toBeGreaterThan(0)
})

test('a number that Telegram has banned is said to be so', async ({ page }) => {
  await signUp(page)
  await beginWizard(page, SANDBOX.banned, /banned/i)
})

/** The steps before the code, of an account whose network is known. */
async function signInAgain(page: Page, phone: string) {
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await dialog(page).getByRole('textbox', { name: /Phone/ }).fill(phone)
  await dialog(page).getByRole('button', { name: 'Send the code' }).click()
}

test('a code that came too late is said to be expired, and another one is sent', async ({ page }) => {
  await signUp(page)
  await beginWizard(page)
  const [begun] = await accountsNow(page)
  const id = blob(begun?.id ?? '')
  write(`update bd_account_logins set expires_at = '2020-01-01T00:00:00+00:00' where account_id = ${id}`)
  const code = dialog(page).getByRole('textbox', { name: /Code/ })
  await code.fill(SANDBOX.code)
  await expect(dialog(page).getByText(/The code has expired/)).toBeVisible()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Send a new code' }).click()
  await expect(dialog(page).getByText(/The code has expired/)).toHaveCount(0)
  await expect(dialog(page).getByRole('button', { name: 'Send a new code' })).toHaveCount(0)
  await code.fill(SANDBOX.code)
  await expect(dialog(page).getByRole('heading', { name: 'Two-step verification' })).toBeVisible()
})

test('a code that the network knows no longer ends where one can begin anew', async ({ page }) => {
  // A number that the network knows, and has sent no code to.
  const [mine, other] = [sandboxPhone(), sandboxPhone()]
  await signUp(page)
  await connectSandbox(page, other)
  await signUp(page)
  await beginWizard(page, mine)
  const [begun] = await accountsNow(page)
  const rename = (phone: string) =>
    write(`update bd_accounts set phone = ${quoted(phone)} where id = ${blob(begun?.id ?? '')}`)
  rename(other)
  const code = dialog(page).getByRole('textbox', { name: /Code/ })
  await code.fill(SANDBOX.code)
  await expect(dialog(page).getByText(/The code has expired/)).toBeVisible()
  rename(mine)
  // Whoever leaves now finds what happened, and the way on, at the account.
  await expect.poll(async () => (await accountsNow(page))[0]?.status).toBe('new')
  await page.goto(`/accounts/${begun?.id}`)
  await expect(page.getByText(/The code has expired/)).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Reconnect' }).first().click()
  await signInAgain(page, mine)
  await code.fill(SANDBOX.code)
  await expect(dialog(page).getByRole('heading', { name: 'Two-step verification' })).toBeVisible()
  expect(await accountsNow(page)).toHaveLength(1)
})

test('a session that was ended elsewhere is said to be, and signed in anew', async ({ browser, page }, info) => {
  const phone = sandboxPhone()
  await signUp(page)
  const { id } = await connectSandbox(page, phone)
  await openLive(page, `/accounts/${id}`)
  // Another device of the same number ends this one.
  const context = await browser.newContext(info.project.use)
  const elsewhere = await context.newPage()
  await signUp(elsewhere)
  const there = await connectSandbox(elsewhere, phone)
  const path = `/api/bd-accounts/${there.id}/sessions`
  const { items } = await call<{ items: { hash: string; current: boolean }[] }>(elsewhere, 'GET', path)
  for (const device of items.filter((d) => !d.current)) await call(elsewhere, 'DELETE', `${path}/${device.hash}`)
  await expect(page.getByText('Telegram has ended the session. Sign in again.').first()).toBeVisible({
    timeout: 60_000,
  })
  await expectAccessible(page)
  await page.getByRole('main').getByRole('button', { name: 'Reconnect' }).first().click()
  await signInAgain(page, phone)
  await dialog(page).getByRole('textbox', { name: /Code/ }).fill(SANDBOX.code)
  await dialog(page).locator('input[type=password]').fill(SANDBOX.password)
  await dialog(page).locator('input[type=password]').press('Enter')
  await expect(dialog(page).getByRole('heading', { name: 'Connected' })).toBeVisible()
  expect(await accountsNow(page)).toHaveLength(1)
  await context.close()
})

test('an account that was left half connected is gone on with', async ({ page }) => {
  await signUp(page)
  await beginWizard(page)
  await dialog(page)
    .getByRole('button', { name: 'Cancel' })
    .or(dialog(page).getByRole('button', { name: 'Back' }))
    .click()
  await page.goto('/accounts')
  await page.getByRole('button', { name: 'Enter the code' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Enter the code' })).toBeVisible()
})

test('limits and hours are kept, and the account can be paused and disconnected', async ({ page }) => {
  await signUp(page)
  const { id } = await connectSandbox(page)
  await page.goto(`/accounts/${id}?tab=limits`)
  await page.getByRole('radio', { name: 'Own' }).check({ force: true })
  await page.getByRole('spinbutton', { name: 'Messages a day' }).fill('42')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'Saved')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('spinbutton', { name: 'Messages a day' })).toHaveValue('42')
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  await expect(page.getByText('Nothing goes out. What comes in is still read.')).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  await dialog(page)
    .getByRole('radio', { name: /Sign out at Telegram/ })
    .check({ force: true })
  await dialog(page).getByRole('button', { name: 'Disconnect' }).click()
  await expect.poll(async () => (await accountsNow(page))[0]?.isConnected).toBe(false)
  await expect(page.getByRole('button', { name: 'Reconnect' })).toBeVisible()
})

test('G and B lead to the accounts @desktop', async ({ page }) => {
  await signUp(page)
  await openLive(page, '/')
  await page.keyboard.press('KeyG')
  await page.keyboard.press('KeyB')
  await ready(page, 'BD accounts')
})

for (const { name, ...look } of LOOKS)
  test(`the pages of accounts are accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/accounts')
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
    await expectAccessible(page)
    const { id } = await connectSandbox(page)
    await page.goto('/accounts')
    await expect(page.getByRole('listitem').first()).toBeVisible()
    await expectAccessible(page)
    for (const tab of ['', '?tab=health', '?tab=limits', '?tab=chats', '?tab=access', '?tab=sessions']) {
      await page.goto(`/accounts/${id}${tab}`)
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
      await expectAccessible(page)
      if (isPhone(page))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    await page.goto('/accounts?connect=1')
    await expect(dialog(page)).toBeVisible()
    await expectAccessible(page)
  })
