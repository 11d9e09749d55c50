import { expect, type Page } from '@playwright/test'
import { call } from './api'

export { call, signUp } from './api'
export { expectAccessible, isPhone, LOOKS } from './page'

type Rec = { id: string; name: string; version: number; companyId: string | null }
export const addContact = (page: Page, data: object) => call<Rec>(page, 'POST', '/api/crm/contacts', data)
export const addCompany = (page: Page, data: object) => call<Rec>(page, 'POST', '/api/crm/companies', data)
export const contactNow = (page: Page, id: string) =>
  call<Record<string, unknown>>(page, 'GET', `/api/crm/contacts/${id}`)

/** Person 001 … with a job title, a company, a tag and a score of their own each, and a boss for each of the companies. */
export async function addContacts(page: Page, count: number) {
  const companies = ['Acme', 'Kestrel', 'Ромашка']
  for (const c of companies) await addContact(page, { name: `Boss of ${c}`, companyName: c })
  const one = (i: number) =>
    addContact(page, {
      name: `Person ${String(i).padStart(3, '0')}`,
      jobTitle: ['CEO', 'CTO', 'Менеджер'][i % 3],
      companyName: companies[i % 3],
      emails: [`person${i}@example.com`],
      tags: i % 2 ? ['odd'] : ['even'],
      leadScore: i % 101,
    })
  for (let i = 1; i <= count; i += 10)
    await Promise.all(Array.from({ length: Math.min(10, count - i + 1) }, (_, k) => one(i + k)))
}

export const row = (page: Page, name: string | RegExp) => page.getByRole('row').filter({ hasText: name })
/** The cell under a header, in the row with this name. */
export async function cell(page: Page, name: string, column: string) {
  await expect(row(page, name)).toBeVisible()
  const headers = await page.getByRole('columnheader').allInnerTexts()
  const at = headers.findIndex((h) => h.trim().startsWith(column))
  expect(at, `no column ${column}`).toBeGreaterThanOrEqual(0)
  return row(page, name).locator(`[data-col="${at}"]`)
}
