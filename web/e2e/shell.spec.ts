import { expect, type Page, test } from '@playwright/test'
import { call, PASSWORD, signUp } from './support/api'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, ready, signUpWithRecords, toast } from './support/page'

const start = async (page: Page) => {
  await page.goto('/')
  await ready(page, /Dashboard|Главная/)
}
const query = (page: Page, text: string) => dialog(page).getByRole('combobox').fill(text)

test.describe('command palette', () => {
  test('goes to a page, found by its beginning', async ({ page }) => {
    await signUp(page)
    await start(page)
    await openPalette(page)
    await query(page, 'comp')
    await expect(page.getByRole('option').first()).toContainText('Companies')
    await page.keyboard.press('Enter')
    await ready(page, 'Companies')
  })

  test('finds records as one types and remembers what was opened', async ({ page }) => {
    await signUpWithRecords(page)
    await start(page)
    await openPalette(page)
    await query(page, 'soko')
    await page.getByRole('option', { name: /Elena Sokolova/ }).click()
    await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/)
    await page.goto('/')
    await ready(page, 'Dashboard')
    await openPalette(page)
    await query(page, 'sokolvoa')
    await expect(page.getByRole('option', { name: /Elena Sokolova/ })).toBeVisible()
    await expect(
      dialog(page).getByRole('status').getByText('Nothing has “sokolvoa”. This is what has “sokolova”.'),
    ).toBeVisible()
    await expectAccessible(page)
    await query(page, '')
    await expect(page.getByRole('option').first()).toContainText('Elena Sokolova')
    await query(page, 'polar')
    await expect(page.getByRole('option', { name: /^Polar Freight/ })).toBeVisible()
  })

  test('forgives the wrong keyboard layout', async ({ page }) => {
    await signUp(page, { locale: 'ru' })
    await start(page)
    await openPalette(page)
    await query(page, 'yfcnhjqrb') // настройки
    await page.keyboard.press('Enter')
    await ready(page, 'Настройки')
  })

  test('changes theme and language, kept in the profile', async ({ page }) => {
    await signUp(page)
    await start(page)
    await openPalette(page)
    await query(page, 'dark')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await openPalette(page)
    await query(page, 'русский')
    await page.keyboard.press('Enter')
    await ready(page, 'Главная')
    await expect.poll(() => call(page, 'GET', '/api/users/preferences')).toMatchObject({ theme: 'dark', locale: 'ru' })
    await page.reload()
    await ready(page, 'Главная')
  })

  test('says when the search fails and offers to try again', async ({ page }) => {
    await signUpWithRecords(page)
    await start(page)
    let fail = true
    await page.route('**/api/search**', (r) => (fail ? r.fulfill({ status: 500, json: {} }) : r.continue()))
    await openPalette(page)
    await query(page, 'elena')
    await expect(dialog(page).getByRole('alert')).toBeVisible()
    fail = false
    await dialog(page).getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByRole('option', { name: /Elena Sokolova/ })).toBeVisible()
  })
})

test.describe('keyboard @desktop', () => {
  test('G and a letter go places, by position', async ({ page }) => {
    await signUp(page)
    await start(page)
    await page.keyboard.press('KeyG')
    await expect(page.getByRole('status').filter({ hasText: 'Companies' })).toBeVisible()
    await page.keyboard.press('KeyO')
    await ready(page, 'Companies')
    for (const [key, title] of [
      ['KeyC', 'Contacts'],
      ['KeyI', 'Inbox'],
      ['KeyM', 'Campaigns'],
      ['KeyB', 'BD accounts'],
      ['KeyF', 'Import'],
      ['KeyT', 'Trash'],
      ['KeyS', 'Settings'],
      ['KeyD', 'Dashboard'],
    ] as const) {
      await page.keyboard.press('KeyG')
      await page.keyboard.press(key)
      await ready(page, title)
    }
  })

  test('a Russian layout has the same shortcuts', async ({ page }) => {
    await signUp(page)
    await start(page)
    const press = (code: string, key: string, ctrlKey = false) =>
      page.evaluate((e) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...e, bubbles: true })), {
        code,
        key,
        ctrlKey,
      })
    await press('KeyG', 'п')
    await press('KeyC', 'с')
    await ready(page, 'Contacts')
    await press('KeyK', 'л', true)
    await expect(dialog(page).getByRole('combobox')).toBeFocused()
  })

  test('? shows the sheet, / searches, C creates; not while typing', async ({ page }) => {
    await signUp(page)
    await start(page)
    await page.keyboard.press('?')
    await expect(dialog(page)).toContainText('Keyboard shortcuts')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(dialog(page)).toBeHidden()
    await page.keyboard.press('/')
    await expect(dialog(page).getByRole('combobox')).toBeFocused()
    await page.keyboard.press('c')
    await expect(dialog(page).getByRole('combobox')).toHaveValue('c')
    await page.keyboard.press('Escape')
    await expect(dialog(page)).toBeHidden()
    await page.keyboard.press('c')
    await expect(page).toHaveURL(/\/contacts/)
    await expect(dialog(page)).toBeVisible()
  })

  test('/ goes to the search field of a list', async ({ page }) => {
    await signUpWithRecords(page)
    await page.goto('/contacts')
    await ready(page, 'Contacts')
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
  })
})

test.describe('organizations', () => {
  test('a new one is made and opened; nothing of the former is left', async ({ page }) => {
    await signUpWithRecords(page)
    await start(page)
    await expect(page.getByText('Elena Sokolova').first()).toBeVisible()
    await openPalette(page)
    await query(page, 'new organization')
    await page.keyboard.press('Enter')
    await dialog(page).getByLabel('Name').fill('Second Orbit')
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await expect(toast(page, 'You are now in Second Orbit')).toBeVisible()
    await expect(page.getByRole('main').getByText('Second Orbit')).toBeVisible()
    await expect(page.getByText('Elena Sokolova')).toHaveCount(0)
    await openPalette(page)
    await query(page, 'elena')
    await expect(dialog(page).getByText(/Nothing found/)).toBeVisible()
  })

  test('are switched from the menu, from any page, back to the dashboard @desktop', async ({ page }) => {
    await signUpWithRecords(page)
    await call(page, 'POST', '/api/auth/organizations', { name: 'Second Orbit' })
    await page.goto('/settings/profile')
    await page.getByRole('button', { name: 'Organization: Orbit Capital' }).click()
    await page.getByRole('menuitemradio', { name: /Second Orbit/ }).click()
    await ready(page, 'Dashboard')
    await expect(page.getByRole('button', { name: 'Organization: Second Orbit' })).toBeVisible()
    const session = await call<{ organization: { name: string } }>(page, 'GET', '/api/auth/session')
    expect(session.organization.name).toBe('Second Orbit')
  })

  test('a page with unsaved changes is asked first @desktop', async ({ page }) => {
    await signUp(page)
    await call(page, 'POST', '/api/auth/organizations', { name: 'Second Orbit' })
    await page.goto('/settings/profile')
    await page.getByLabel('Name').fill('Half typed')
    await page.getByRole('button', { name: 'Organization: Orbit Capital' }).click()
    await page.getByRole('menuitemradio', { name: /Second Orbit/ }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByLabel('Name')).toHaveValue('Half typed')
    const session = await call<{ organization: { name: string } }>(page, 'GET', '/api/auth/session')
    expect(session.organization.name).toBe('Orbit Capital')
  })

  test('another tab follows', async ({ page, context }) => {
    await signUp(page)
    await call(page, 'POST', '/api/auth/organizations', { name: 'Second Orbit' })
    await page.goto('/settings/organization')
    await ready(page, 'Settings')
    const second = await context.newPage()
    await second.goto('/')
    await ready(second, 'Dashboard')
    await openPalette(second)
    await query(second, 'switch second')
    await second.keyboard.press('Enter')
    await expect(toast(second, 'You are now in Second Orbit')).toBeVisible()
    await ready(page, 'Dashboard')
    await expect(page.getByRole('main').getByText('Second Orbit')).toBeVisible()
  })
})

test.describe('account', () => {
  test('signing out leaves nothing behind', async ({ page }) => {
    await signUpWithRecords(page)
    await start(page)
    await openPalette(page)
    await query(page, 'sign out')
    await page.keyboard.press('Enter')
    await ready(page, 'Sign in to Rapport')
    await page.goBack()
    await ready(page, 'Sign in to Rapport')
    await page.goto('/contacts')
    await expect(page).toHaveURL(/\/signin/)
  })

  test('another person in the same tab sees nothing of the former', async ({ page }) => {
    await signUpWithRecords(page)
    await start(page)
    await openPalette(page)
    await query(page, 'sign out')
    await page.keyboard.press('Enter')
    await ready(page, 'Sign in to Rapport')
    const second = await signUp(await page.context().newPage(), {
      locale: 'ru',
      theme: 'dark',
      organizationName: 'Север',
    })
    await page.context().clearCookies()
    await page.goto('/signin')
    await page.getByLabel('E-mail').fill(second.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.keyboard.press('Enter')
    await ready(page, 'Главная')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await openPalette(page)
    await expect(page.getByText('Elena Sokolova')).toHaveCount(0)
  })

  test('the theme button keeps its choice @desktop', async ({ page }) => {
    await signUp(page)
    await start(page)
    await page.getByRole('button', { name: 'Theme: Dark' }).click()
    await page.getByRole('button', { name: 'Theme: Light' }).click()
    await page.getByRole('button', { name: 'Theme: Dark' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expect.poll(() => call(page, 'GET', '/api/users/preferences')).toMatchObject({ theme: 'dark' })
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await ready(page, 'Dashboard')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })

  test('a choice that cannot be saved is taken back', async ({ page }) => {
    await signUp(page)
    await page.goto('/settings/preferences')
    await page.route('**/api/users/preferences', (r) =>
      r.request().method() === 'PUT' ? r.fulfill({ status: 500, json: { error: 'Broken' } }) : r.continue(),
    )
    await page.getByRole('radio', { name: 'Dark' }).click({ force: true })
    await expect(toast(page, 'The preference was not saved')).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  })
})

test('an unreachable server is said, and forgotten when it is back', async ({ page }) => {
  await signUp(page)
  await start(page)
  await page.route('**/api/**', (r) => r.abort())
  if (isPhone(page)) {
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('link', { name: 'Settings' }).click()
  } else await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Security' }).click()
  await expect(page.getByText('No connection to the server.').first()).toBeVisible()
  await page.unroute('**/api/**')
  await expect(page.getByText('This device')).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('No connection to the server.')).toHaveCount(0)
})

test('a page that does not exist says so', async ({ page }) => {
  await signUp(page)
  await page.goto('/nowhere')
  await expect(page.getByText('This page does not exist')).toBeVisible()
  await page.getByRole('link', { name: 'Go to the dashboard' }).click()
  await ready(page, 'Dashboard')
})

test.describe('the phone’s sheet', () => {
  test.skip(({ viewport }) => (viewport?.width ?? 0) >= 768, 'the phone only')
  test('leads to the rest of the app, the organizations and out', async ({ page }) => {
    await signUp(page)
    await start(page)
    await page.getByRole('button', { name: 'More' }).click()
    await expect(dialog(page)).toContainText('Alex Morgan')
    await expectAccessible(page)
    await dialog(page).getByRole('link', { name: 'Trash' }).click()
    await ready(page, 'Trash')
    await expect(dialog(page)).toBeHidden()
    await page.getByRole('button', { name: 'More' }).click()
    await dialog(page)
      .getByRole('button', { name: /Sign out/ })
      .click()
    await ready(page, 'Sign in to Rapport')
  })
})

for (const { name, ...look } of LOOKS)
  test(`the shell, its palette and its menus are accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await start(page)
    await openPalette(page)
    await expectAccessible(page)
    await query(page, 'zzzz')
    await expect(dialog(page).getByText(/zzzz/)).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    if (isPhone(page)) return
    for (const menu of [/^(Organization|Организация): /, /^(Account menu|Меню аккаунта): /]) {
      await page.getByRole('button', { name: menu }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('menu')).toHaveCount(0)
    }
  })
