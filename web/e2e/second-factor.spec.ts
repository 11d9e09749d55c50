import { expect, type Page, test } from '@playwright/test'
import { PASSWORD, signUp } from './support/api'
import { dialog, expectAccessible, LOOKS, ready, toast } from './support/page'
import { colleague } from './support/people'
import { nextTotp, setUpTotp, totp } from './support/totp'

const code = (page: Page) => page.getByRole('textbox', { name: /^(Six-digit code|Шестизначный код)$/ })
async function signIn(page: Page, email: string) {
  await page.context().clearCookies({ name: /rapport_(session|csrf)/ })
  await page.goto('/signin')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
}
const paste = (page: Page, text: string) =>
  page.evaluate((words) => {
    const data = new DataTransfer()
    data.setData('text/plain', words)
    const input = document.activeElement as HTMLInputElement
    if (input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })))
      document.execCommand('insertText', false, words)
  }, text)

test('an authenticator app is set up by its key, and asked for at the next sign-in; a trusted device is not asked', async ({
  page,
}) => {
  const person = await signUp(page)
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(dialog(page).getByRole('img', { name: 'QR code with the secret' })).toBeVisible()
  const secret = (await dialog(page).locator('code').textContent()) ?? ''
  await dialog(page)
    .getByRole('textbox', { name: /six digits/ })
    .fill('000000')
  await expect(dialog(page).getByText(/wrong/)).toBeVisible()
  await dialog(page)
    .getByRole('textbox', { name: /six digits/ })
    .fill(totp(secret))
  await expect(dialog(page).getByRole('list', { name: 'Backup codes' }).getByRole('listitem')).toHaveCount(10)
  await page.keyboard.press('Escape') // shown once: not closed by chance
  await dialog(page).getByRole('checkbox', { name: 'I have kept these codes' }).check()
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('10 of ten are left')).toBeVisible()

  await signIn(page, person.email)
  await expect(code(page)).toBeFocused()
  await page.getByRole('checkbox', { name: /Trust this device/ }).check()
  await code(page).focus()
  const next = nextTotp(secret)
  await paste(page, `${next.slice(0, 3)} ${next.slice(3)}`) // sends itself
  await ready(page, 'Dashboard')

  await signIn(page, person.email)
  await ready(page, 'Dashboard')
  await page.goto('/settings/security')
  await page.getByRole('button', { name: /^Ask again/ }).click()
  await expect(page.getByText('Trusted devices')).toBeHidden()
  await signIn(page, person.email)
  await expect(code(page)).toBeVisible()
})

test('a backup code lets in once', async ({ page }) => {
  const person = await signUp(page)
  const { backupCodes } = await setUpTotp(page)
  for (const good of [true, false]) {
    await signIn(page, person.email)
    await page.getByRole('button', { name: 'Use a backup code' }).click()
    await page.getByRole('textbox', { name: 'Backup code' }).fill(backupCodes[0] ?? '')
    await page.keyboard.press('Enter')
    if (good) await ready(page, 'Dashboard')
    else await expect(page.getByText(/wrong or was used before/)).toBeVisible()
  }
  await expect(page.getByText(/4 tries left/)).toBeVisible()
})

test('what needs a proof asks for it in place and then goes on by itself', async ({ page }) => {
  await signUp(page)
  const { backupCodes } = await setUpTotp(page)
  await page.goto('/settings/security')
  let refused = true
  // Ten minutes later: the server would say this of itself.
  await page.route('**/api/auth/mfa/backup-codes', (r) =>
    refused
      ? r.fulfill({
          status: 403,
          json: { error: 'Confirm that it is you.', code: 'auth.step_up', requestId: 'r', details: [] },
        })
      : r.continue(),
  )
  await page.getByRole('button', { name: 'New codes' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'New codes' }).click()
  const question = dialog(page).filter({ hasText: 'Confirm that it is you' })
  await expect(code(page)).toBeFocused()
  await question.getByRole('button', { name: 'Use a backup code' }).click()
  await question.getByRole('textbox', { name: 'Backup code' }).fill('00000-00000')
  await page.keyboard.press('Enter')
  await expect(question.getByRole('alert')).toBeVisible()
  refused = false
  await question.getByRole('textbox', { name: 'Backup code' }).fill(backupCodes[1] ?? '')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('list', { name: 'Backup codes' }).getByRole('listitem')).toHaveCount(10)
})

test('a session that ended is opened again in place with the second factor: what was typed stays', async ({ page }) => {
  await signUp(page)
  const { secret } = await setUpTotp(page)
  await page.goto('/settings/profile')
  await page.getByLabel('Name').fill('Typed before the end')
  await page.context().clearCookies({ name: /rapport_session/ })
  await page.getByRole('button', { name: 'Save' }).click()
  await dialog(page).getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await code(page).fill(nextTotp(secret))
  await expect(dialog(page)).toBeHidden()
  await expect(page.getByLabel('Name')).toHaveValue('Typed before the end')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(toast(page, 'Saved')).toBeVisible()
})

test('an organization asks everyone for a second factor; who has none sets it up before anything else', async ({
  page,
  browser,
}, info) => {
  const host = await signUp(page)
  await setUpTotp(page)
  const guest = await colleague(browser, info, host)
  await guest.goto('/')
  await ready(guest, 'Dashboard')
  await page.goto('/settings/organization')
  await page.getByRole('switch', { name: 'Everyone needs a second factor' }).click()
  await expect(toast(page, 'Every member now needs a second factor')).toBeVisible()
  await guest.reload()
  const demand = dialog(guest)
  await expect(demand).toContainText('A second factor is needed')
  await guest.keyboard.press('Escape')
  await expectAccessible(guest)
  await demand.getByRole('button', { name: 'Set up' }).click()
  await demand
    .getByRole('textbox', { name: /six digits/ })
    .fill(totp((await demand.locator('code').textContent()) ?? ''))
  await demand.getByRole('checkbox', { name: 'I have kept these codes' }).check()
  await demand.getByRole('button', { name: 'Done' }).click()
  await ready(guest, 'Dashboard')
  await guest.goto('/settings/security')
  await expect(guest.getByRole('button', { name: 'Remove' })).toBeDisabled()
})

for (const look of LOOKS)
  test(`the second factor is accessible, ${look.name}`, async ({ page }) => {
    const person = await signUp(page, look)
    await page.goto('/settings/security')
    await page.getByRole('button', { name: /^(Set up|Настроить)$/ }).click()
    await expect(dialog(page).getByRole('img')).toBeVisible()
    await expectAccessible(page)
    await dialog(page)
      .getByRole('textbox', { name: /digits|цифр/ })
      .fill(totp((await dialog(page).locator('code').textContent()) ?? ''))
    await expect(dialog(page).getByRole('listitem')).toHaveCount(10)
    await expectAccessible(page)
    await page.context().clearCookies({ name: /rapport_session/ })
    await page.goto('/signin')
    await page.getByLabel(/^(E-mail|Эл. почта)$/).fill(person.email)
    await page.getByRole('textbox', { name: /^(Password|Пароль)$/ }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await code(page).fill('000000')
    await expect(page.getByRole('alert').filter({ hasText: /wrong|неверн/i })).toBeVisible()
    await expectAccessible(page)
  })
