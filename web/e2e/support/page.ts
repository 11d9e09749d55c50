import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { call, type Locale, signUp, type Theme } from './api'

/** The app listens for keys once its page shows. */
export async function ready(page: Page, title: string | RegExp) {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
}

export async function expectAccessible(page: Page) {
  // A colour in the middle of a transition is nobody's contrast.
  // A spinner never ends: nobody waits for it.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((a) => a.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
    return Promise.all(ending.map((a) => a.finished.catch(() => {})))
  })
  const r = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
  expect(r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([])
}

/** Light English, dark Russian: every colour and every text once. */
export const LOOKS: { name: string; locale: Locale; theme: Theme }[] = [
  { name: 'light, en', locale: 'en', theme: 'light' },
  { name: 'dark, ru', locale: 'ru', theme: 'dark' },
]

/** A new organization with a few records in it. */
export async function signUpWithRecords(page: Page, options: Parameters<typeof signUp>[1] = {}) {
  const person = await signUp(page, options)
  const company = await call<{ id: string }>(page, 'POST', '/api/crm/companies', { name: 'Polar Freight' })
  const contact = await call<{ id: string }>(page, 'POST', '/api/crm/contacts', {
    name: 'Elena Sokolova',
    jobTitle: 'Head of Growth',
    companyId: company.id,
  })
  await call(page, 'POST', '/api/crm/contacts', { name: 'Marcus Lindqvist' })
  return { person, contactId: contact.id, companyId: company.id }
}

/** The open window; a toast is a dialog by role too, but not modal. */
export const dialog = (page: Page): Locator => page.locator('[role=dialog]:not([aria-modal=false])')
export const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 768

/** Exactly: “Save” and a “Dashboard” after it contain “saved”. An urgent toast has its text twice. */
export const toast = (page: Page, title: string): Locator => page.getByText(title, { exact: true }).first()

/** By the key, or by the phone's button. */
export async function openPalette(page: Page) {
  if (isPhone(page)) await page.getByRole('button', { name: /^(Search|Поиск)$/ }).click()
  else await page.keyboard.press('Control+k')
  await expect(dialog(page).getByRole('combobox')).toBeFocused()
}
