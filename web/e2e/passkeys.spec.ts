import { expect, type Page, test } from '@playwright/test'
import { signUp } from './support/api'
import { dialog, expectAccessible, LOOKS, ready, toast } from './support/page'

/** A device with a finger on it, inside the browser; what it gives takes the finger off. */
async function authenticator(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return () => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
}
/** Passkeys need a name: an address in figures has none. */
const onLocalhost = (baseURL = 'http://127.0.0.1:3000') => baseURL.replace('127.0.0.1', 'localhost')
test.use({ baseURL: onLocalhost(process.env['E2E_BASE_URL']) })

async function addPasskey(page: Page) {
  await page.goto('/settings/security')
  await page.getByRole('button', { name: /^(Add|Добавить)$/ }).click()
  await dialog(page)
    .getByRole('textbox', { name: /^(Name|Название)$/ })
    .fill('Laptop')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('listitem')).toHaveCount(10)
  await dialog(page).getByRole('checkbox').check()
  await dialog(page)
    .getByRole('button', { name: /^(Done|Готово)$/ })
    .click()
}

test('a passkey is added, signs in alone, is renamed and removed', async ({ page }) => {
  await signUp(page)
  await authenticator(page)
  await addPasskey(page)
  await expect(page.getByText('Laptop')).toBeVisible()
  await page.context().clearCookies({ name: /rapport_(session|csrf)/ })
  await page.goto('/signin')
  // The authenticator may have answered what the address field offers before.
  await page
    .getByRole('button', { name: 'Sign in with a passkey' })
    .click({ timeout: 5000 })
    .catch(() => {})
  await ready(page, 'Dashboard')
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Rename: Laptop' }).click()
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Work laptop')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Work laptop')).toBeVisible()
  await page.getByRole('button', { name: 'Remove: Work laptop' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(toast(page, 'The passkey “Work laptop” was removed')).toBeVisible()
})

test('what needs a proof takes a passkey for one', async ({ page }) => {
  await signUp(page)
  await authenticator(page)
  await addPasskey(page)
  let refused = true
  await page.route('**/api/auth/mfa/backup-codes', (r) => {
    if (!refused) return r.continue()
    refused = false
    return r.fulfill({
      status: 403,
      json: { error: 'Confirm that it is you.', code: 'auth.step_up', requestId: 'r', details: [] },
    })
  })
  await page.getByRole('button', { name: 'New codes' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'New codes' }).click()
  const question = dialog(page).filter({ hasText: 'Confirm that it is you' })
  await expect(question.getByText(/Your device asks/)).toBeVisible()
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Confirm' }).click()
  await expect(dialog(page).getByRole('list', { name: 'Backup codes' }).getByRole('listitem')).toHaveCount(10)
})

for (const look of LOOKS)
  test(`passkeys are accessible, ${look.name}`, async ({ page }) => {
    await signUp(page, look)
    const lift = await authenticator(page)
    await addPasskey(page)
    await expectAccessible(page)
    await lift()
    await page.context().clearCookies({ name: /rapport_(session|csrf)/ })
    await page.goto('/signin')
    await expect(page.getByRole('button', { name: /passkey|ключом доступа/ })).toBeVisible()
    await expectAccessible(page)
  })
