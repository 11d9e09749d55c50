import { expect, type Page, test } from '@playwright/test'
import { call, PASSWORD, signUp, uniqueEmail } from './support/api'
import { dialog, expectAccessible, openPalette, ready, toast } from './support/page'

const email = (page: Page) => page.getByLabel(/^(E-mail|Эл. почта)$/)
const password = (page: Page) => page.getByRole('textbox', { name: /^(Password|Пароль)$/ })
const fillSignUp = async (page: Page, address: string) => {
  await page.getByLabel('Your name').fill('Anna Petrova')
  await email(page).fill(address)
  await password(page).fill(PASSWORD)
  await page.getByLabel('Organization name').focus()
}

test.describe('sign-up', () => {
  test('creates an organization named after the e-mail’s domain, in the language and zone of the browser', async ({
    page,
  }) => {
    await page.goto('/signup')
    const address = uniqueEmail('anna').replace('example.com', 'polar-freight.io')
    await fillSignUp(page, address)
    await expect(page.getByLabel('Organization name')).toHaveValue('Polar Freight')
    const sent = page.waitForRequest((r) => r.url().endsWith('/api/auth/signup'))
    await page.getByRole('button', { name: 'Create organization' }).click()
    const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
    expect((await sent).postDataJSON()).toMatchObject({ locale: 'en', timeZone: zone })
    await ready(page, 'Dashboard')
    await expect(page).toHaveURL('/')
    await expect(page.getByRole('main').getByText('Polar Freight')).toBeVisible()
  })

  test('says what is wrong with a field before and after sending', async ({ page }) => {
    await page.goto('/signup')
    await page.getByRole('button', { name: 'Create organization' }).click()
    await expect(page.getByText('Fill in this field').first()).toBeVisible()
    await expect(page.getByLabel('Your name')).toBeFocused()
    await fillSignUp(page, uniqueEmail())
    await page.getByLabel('Organization name').fill('Orbit')
    await password(page).fill('password1')
    await page.getByRole('button', { name: 'Create organization' }).click()
    await expect(
      page.getByText('This is one of the passwords that everybody tries first', { exact: false }),
    ).toBeVisible() // the server's words
    await expect(password(page)).toBeFocused()
  })

  test('the meter answers what is typed; the password can be shown', async ({ page }) => {
    await page.goto('/signup')
    await password(page).fill('qwerty12')
    await expect(page.getByText('Weak')).toBeVisible()
    await expect(page.getByText('These words are guessed first')).toBeVisible()
    await password(page).fill(PASSWORD)
    await expect(page.getByText('Strong')).toBeVisible()
    await page.getByRole('button', { name: 'Show password' }).click()
    await expect(password(page)).toHaveAttribute('type', 'text')
  })

  test('what is chosen on the page becomes the profile', async ({ page }) => {
    await page.goto('/signup')
    await fillSignUp(page, uniqueEmail())
    await page.getByLabel('Organization name').fill('Orbit')
    await page.getByRole('button', { name: /Theme: / }).click()
    await page.getByRole('radio', { name: 'Русский' }).click({ force: true })
    await page.getByRole('button', { name: 'Создать организацию' }).click()
    await ready(page, 'Главная')
    const chosen = await call<{ locale: string; theme: string }>(page, 'GET', '/api/users/preferences')
    expect(chosen).toMatchObject({ locale: 'ru', theme: 'dark' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })
})

test.describe('sign-in', () => {
  test('returns to where one wanted to go', async ({ page }) => {
    const person = await signUp(page)
    await page.context().clearCookies()
    await page.goto('/settings/security')
    await expect(page).toHaveURL(/\/signin\?next=/)
    await email(page).fill(person.email)
    await password(page).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await ready(page, 'Settings')
    await expect(page).toHaveURL('/settings/security')
  })

  test('a wrong password is said once, without telling whether the address exists', async ({ page }) => {
    const person = await signUp(page)
    await page.context().clearCookies()
    await page.goto('/signin')
    const answers: (string | null)[] = []
    for (const address of [person.email, uniqueEmail('nobody')]) {
      await email(page).fill(address)
      await password(page).fill('wrong password')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(page.getByRole('alert').filter({ hasText: /wrong/ })).toBeVisible()
      answers.push(await page.getByRole('alert').filter({ hasText: /wrong/ }).textContent())
      await expect(password(page)).toBeFocused()
    }
    expect(answers[0]).toBe(answers[1])
  })

  test('a link to another site is not followed', async ({ page }) => {
    const person = await signUp(page)
    await page.context().clearCookies()
    await page.goto('/signin?next=https://evil.example/')
    await email(page).fill(person.email)
    await password(page).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await ready(page, 'Dashboard')
  })

  test('after too many tries the button counts down', async ({ page }) => {
    await page.route('**/api/auth/signin', (r) =>
      r.fulfill({
        status: 429,
        headers: { 'Retry-After': '3' },
        json: { error: 'Too many', code: 'rate.limited', requestId: 'r', details: [], retryAfterSeconds: 3 },
      }),
    )
    await page.goto('/signin')
    await email(page).fill('a@example.com')
    await password(page).fill('x')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: /^Wait 0:0[123]$/ })).toBeDisabled()
    await expect(page.getByText(/Too many requests. Try again in/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled({ timeout: 6000 })
    await expect(page.getByText(/Too many requests/)).toBeHidden()
  })

  test('who is signed in goes straight on', async ({ page }) => {
    await signUp(page)
    await page.goto('/signin?next=/settings/profile')
    await ready(page, 'Settings')
  })
})

test.describe('a session that ends under an open page', () => {
  test('is opened again in place: what was typed stays', async ({ page }) => {
    await signUp(page)
    await page.goto('/settings/profile')
    await page.getByLabel('Name').fill('Typed before the end')
    await page.waitForLoadState('networkidle') // what is asked for later brings the window by itself
    await page.context().clearCookies({ name: /rapport_session/ })
    await page.getByRole('button', { name: 'Save' }).click()
    const again = dialog(page)
    await expect(again).toContainText('Your session has ended')
    await page.keyboard.press('Escape')
    await expect(again).toBeVisible()
    await again.getByRole('textbox', { name: 'Password' }).fill('wrong password')
    await page.keyboard.press('Enter')
    await expect(again.getByText(/wrong/)).toBeVisible()
    await again.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(again).toBeHidden()
    await expect(page.getByLabel('Name')).toHaveValue('Typed before the end')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(toast(page, 'Saved')).toBeVisible()
  })

  test('is opened again in the organization one was in', async ({ page }) => {
    await signUp(page)
    const other = await call<{ id: string }>(page, 'POST', '/api/auth/organizations', { name: 'Second Orbit' })
    await call(page, 'POST', `/api/auth/organizations/${other.id}/switch`)
    await page.goto('/settings/organization')
    await expect(page.getByRole('main').getByText('Second Orbit')).toBeVisible()
    await page.waitForLoadState('networkidle') // what is asked for later brings the window by itself
    await page.context().clearCookies({ name: /rapport_session/ })
    await page.getByRole('link', { name: 'Security' }).click()
    await dialog(page).getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(dialog(page)).toBeHidden()
    await expect(page.getByText('This device')).toBeVisible()
    const now = await call<{ organization: { id: string } }>(page, 'GET', '/api/auth/session')
    expect(now.organization.id).toBe(other.id)
  })

  test('is opened again over an open window, which stays as it is', async ({ page }) => {
    await signUp(page)
    await page.goto('/')
    await ready(page, 'Dashboard')
    await openPalette(page)
    await dialog(page).getByRole('combobox').fill('new organization')
    await page.keyboard.press('Enter')
    await dialog(page).getByLabel('Name').fill('Half typed')
    await page.waitForLoadState('networkidle') // what is asked for later brings the window by itself
    await page.context().clearCookies({ name: /rapport_session/ })
    await page.keyboard.press('Enter')
    const again = dialog(page).filter({ hasText: 'Your session has ended' })
    await expect(again.getByRole('textbox', { name: 'Password' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expectAccessible(page)
    await again.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(again).toBeHidden()
    await expect(dialog(page).getByLabel('Name')).toHaveValue('Half typed')
    await dialog(page).getByRole('button', { name: 'Create and open' }).click()
    await expect(toast(page, 'You are now in Half typed')).toBeVisible()
  })

  test('may be left for the sign-in page', async ({ page }) => {
    await signUp(page)
    await page.goto('/settings/profile')
    await page.getByLabel('Name').fill('Not kept')
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Save' }).click()
    await dialog(page).getByRole('button', { name: 'Sign in as someone else' }).click()
    await expect(page).toHaveURL(/\/signin\?next=/)
    await ready(page, 'Sign in to Rapport')
  })
})

for (const theme of ['light', 'dark'] as const)
  for (const locale of ['en', 'ru'] as const)
    test(`the pages before sign-in are accessible in ${theme}, ${locale}`, async ({ page }) => {
      await page.addInitScript(
        ([t, l]) => {
          localStorage.setItem('rapport.theme', t as string)
          localStorage.setItem('rapport.locale', l as string)
        },
        [theme, locale],
      )
      for (const path of ['/signin', '/signup']) {
        await page.goto(path)
        await page.getByRole('main').getByRole('button').last().click() // with its errors
        await expect(page.locator('[aria-invalid=true]').first()).toBeVisible()
        await expectAccessible(page)
      }
    })
