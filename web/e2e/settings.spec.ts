import { expect, type Page, test } from '@playwright/test'
import { call, PASSWORD, signInElsewhere, signUp } from './support/api'
import { dialog, expectAccessible, LOOKS, ready, toast } from './support/page'

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
const open = async (page: Page, section: string) => {
  await page.goto(`/settings/${section}`)
  await ready(page, /Settings|Настройки/)
}

test.describe('profile', () => {
  test('is saved; a refused phone is said on its field', async ({ page }) => {
    await signUp(page)
    await open(page, 'profile')
    await page.getByLabel('Phone').fill('12')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByLabel('Phone')).toHaveAttribute('aria-invalid', 'true')
    await page.getByLabel('Name').fill('Alexandra Morgan')
    await page.getByLabel('Phone').fill('+49 151 23456789')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(toast(page, 'Saved')).toBeVisible()
    expect(await call(page, 'GET', '/api/users/profile')).toMatchObject({
      name: 'Alexandra Morgan',
      phone: '+4915123456789',
    })
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  })

  const conflict = async (page: Page) => {
    await signUp(page)
    await open(page, 'profile')
    await page.getByLabel('Name').fill('Mine')
    await call(page, 'PUT', '/api/users/profile', { name: 'Theirs', phone: '+4930123456' })
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(dialog(page)).toContainText('This was changed in the meantime')
    await expect(dialog(page).getByRole('row', { name: 'Name Mine Theirs' })).toBeVisible()
  }
  test('a conflict can keep mine, without losing their other changes', async ({ page }) => {
    await conflict(page)
    await expectAccessible(page)
    await dialog(page).getByRole('button', { name: 'Keep mine' }).click()
    await expect(dialog(page)).toBeHidden()
    expect(await call(page, 'GET', '/api/users/profile')).toMatchObject({ name: 'Mine', phone: '+4930123456' })
  })
  test('a conflict can take theirs', async ({ page }) => {
    await conflict(page)
    await dialog(page).getByRole('button', { name: 'Take theirs' }).click()
    await expect(page.getByLabel('Name')).toHaveValue('Theirs')
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  })
  test('changes that do not meet are both kept without a question', async ({ page }) => {
    await signUp(page)
    await open(page, 'profile')
    await page.getByLabel('Name').fill('Mine')
    await call(page, 'PUT', '/api/users/preferences', { timeZone: 'Asia/Tokyo' })
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(toast(page, 'Saved')).toBeVisible()
    expect(await call(page, 'GET', '/api/users/profile')).toMatchObject({ name: 'Mine', timeZone: 'Asia/Tokyo' })
  })

  test('unsaved changes are not lost by a link', async ({ page }) => {
    await signUp(page)
    await open(page, 'profile')
    await page.getByLabel('Name').fill('Half typed')
    await page.getByRole('link', { name: 'Security' }).click()
    const question = page.getByRole('alertdialog')
    await expect(question).toContainText('Leave without saving?')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByLabel('Name')).toHaveValue('Half typed')
    await page.getByRole('link', { name: 'Security' }).click()
    await question.getByRole('button', { name: 'Leave' }).click()
    await expect(page).toHaveURL('/settings/security')
  })
})

test.describe('preferences', () => {
  test('work at once and survive a new device', async ({ page }) => {
    await signUp(page)
    await open(page, 'preferences')
    await page.getByRole('radio', { name: 'Русский' }).click({ force: true })
    await ready(page, 'Настройки')
    await page.getByRole('radio', { name: 'Тёмная' }).click({ force: true })
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.getByRole('combobox', { name: 'Часовой пояс' }).click()
    await page.getByRole('combobox', { name: 'Часовой пояс' }).pressSequentially('нью-й')
    await page.getByRole('option', { name: /Нью-Йорк/ }).click()
    await expect(page.getByText(/GMT-[45]/).first()).toBeVisible()
    await expect
      .poll(() => call(page, 'GET', '/api/users/preferences'))
      .toMatchObject({ locale: 'ru', theme: 'dark', timeZone: 'America/New_York' })
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await ready(page, 'Настройки')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })

  test('a choice made elsewhere meanwhile is named and can be taken', async ({ page }) => {
    await signUp(page)
    await open(page, 'preferences')
    await call(page, 'PUT', '/api/users/preferences', { theme: 'system' })
    await page.getByRole('radio', { name: 'Dark' }).click({ force: true })
    await expect(toast(page, 'Changed on another device too')).toBeVisible()
    await expect.poll(() => call(page, 'GET', '/api/users/preferences')).toMatchObject({ theme: 'dark' })
    await page.getByRole('button', { name: 'Take theirs' }).click()
    await expect.poll(() => call(page, 'GET', '/api/users/preferences')).toMatchObject({ theme: 'system' })
    await expect(page.getByRole('radio', { name: 'System' })).toBeChecked()
  })

  test('the zone of this device is one press away', async ({ page }) => {
    await signUp(page, { timeZone: 'Asia/Tokyo' })
    await open(page, 'preferences')
    await page.getByRole('button', { name: 'Use that' }).click()
    const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
    await expect.poll(() => call(page, 'GET', '/api/users/preferences')).toMatchObject({ timeZone: zone })
  })
})

test.describe('security', () => {
  test('lists devices by name; one is signed out after a question', async ({ page }) => {
    const person = await signUp(page)
    await signInElsewhere(person.email, PHONE)
    await open(page, 'security')
    const phone = page.getByRole('listitem').filter({ hasText: 'Safari on iOS' })
    await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toContainText(/Chrome/)
    await phone.getByRole('button', { name: /Sign out/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await expect(phone).toHaveCount(0)
    await expect
      .poll(async () => (await call<{ items: object[] }>(page, 'GET', '/api/auth/sessions')).items.length)
      .toBe(1)
  })

  test('everywhere else is signed out at once', async ({ page }) => {
    const person = await signUp(page)
    await signInElsewhere(person.email, PHONE)
    await signInElsewhere(person.email, 'curl/8.5.0')
    await open(page, 'security')
    await expect(page.getByText('curl')).toBeVisible()
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await expectAccessible(page)
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
    await expect(toast(page, 'Signed out everywhere else')).toBeVisible()
    const left = await call<{ items: { current: boolean }[] }>(page, 'GET', '/api/auth/sessions')
    expect(left.items.map((s) => s.current)).toEqual([true])
  })

  test('the password changes; a wrong current one is said on its field', async ({ page }) => {
    const person = await signUp(page)
    await open(page, 'security')
    await page.getByLabel('Current password').fill('not the one')
    await page.getByLabel('New password').fill('a much better passphrase')
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText('This is not your current password.')).toBeVisible()
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(toast(page, 'The password was changed')).toBeVisible()
    await expect(page.getByLabel('New password')).toHaveValue('')
    await page.context().clearCookies()
    await page.goto('/signin')
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByRole('textbox', { name: 'Password' }).fill('a much better passphrase')
    await page.keyboard.press('Enter')
    await ready(page, 'Dashboard')
  })
})

for (const { name, ...look } of LOOKS)
  test(`the settings are accessible: ${name}`, async ({ page }) => {
    const person = await signUp(page, look)
    await signInElsewhere(person.email, PHONE)
    for (const section of ['profile', 'preferences', 'security', 'organization']) {
      await open(page, section)
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
      await expect(page.getByRole('status', { name: /Loading|Загрузка/ })).toHaveCount(0)
      await expectAccessible(page)
    }
  })
