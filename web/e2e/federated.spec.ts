import { expect, type Page, test } from '@playwright/test'
import { signUp } from './support/api'
import { expectAccessible, ready, toast } from './support/page'

// The provider's own page: scripts/e2e starts it, where it can be had.
test.skip(!process.env['E2E_OIDC'], 'there is no OpenID provider')
/** The provider knows the address of the server by this name. */
test.use({ baseURL: (process.env['E2E_BASE_URL'] ?? '').replace('127.0.0.1', 'localhost') })

let people = 0
/** Somebody at the provider whom no other test knows. */
const someone = (project: string) => `${project}-${Date.now()}-${people++}`

async function signInThere(page: Page, name: string) {
  await page.waitForURL(/\/interaction\//) // our own page asks for a name, too
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const through = (page: Page) => page.getByRole('button', { name: 'Continue with Example ID' })

test('somebody new signs up through another service and comes back by it', async ({ page }, info) => {
  const name = someone(info.project.name)
  await page.goto('/signup')
  await through(page).click()
  await signInThere(page, name)
  await expect(page.getByText(`${name}@example.com has no account yet`, { exact: false })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Organization name' }).fill('Orbit')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await ready(page, 'Dashboard')
  await page.goto('/settings/security')
  await expect(page.getByRole('list', { name: 'Sign-in through others' }).getByRole('listitem')).toHaveCount(1)
  await expect(
    page.getByText('You sign in through another service and have no password', { exact: false }),
  ).toBeVisible()
  await expectAccessible(page)
  // The last way in stays.
  await page.getByRole('button', { name: 'Remove: Example ID' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('This is your last way to sign in', { exact: false }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove: Example ID' })).toBeVisible()
  await page.context().clearCookies({ name: /rapport_(session|csrf)/ })
  await page.goto('/signin?next=%2Fcontacts')
  await through(page).click() // the provider remembers who it is
  await expect(page).toHaveURL(/\/contacts/)
})

test('whoever turns back there is told, and may go on another way', async ({ page }) => {
  await page.goto('/signin')
  await through(page).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await ready(page, 'You are not signed in')
  await expect(page.getByRole('alert')).toContainText('cancelled')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Back to sign-in' }).click()
  await expect(page.getByRole('textbox', { name: 'E-mail' })).toBeVisible()
})

test('an account is linked in the settings, and removed', async ({ page }, info) => {
  await signUp(page)
  await page.goto('/settings/security')
  await expect(page.getByText('No account is linked.')).toBeVisible()
  await page.getByRole('button', { name: 'Link Example ID' }).click()
  await signInThere(page, someone(info.project.name))
  await expect(page).toHaveURL(/\/settings\/security/)
  await page.getByRole('button', { name: 'Remove: Example ID' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(toast(page, 'Example ID was removed')).toBeVisible()
  await expect(page.getByText('No account is linked.')).toBeVisible()
})
