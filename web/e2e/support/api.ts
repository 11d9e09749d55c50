import { expect, type Page } from '@playwright/test'
import { blob, write } from './database'

export const PASSWORD = 'correct horse battery'
export type Person = {
  email: string
  name: string
  organizationName: string
  userId: string
  organizationId: string
}
export type Locale = 'en' | 'ru'
export type Theme = 'system' | 'light' | 'dark'
type Options = Partial<Pick<Person, 'email' | 'name' | 'organizationName'>> & {
  locale?: Locale
  theme?: Theme
  timeZone?: string
  /** Whether the address is proved: whoever has not done so is asked to at the top of every page. */
  proven?: boolean
}

let serial = 0
/** Nobody signed up with it before, in this run or another. */
export const uniqueEmail = (label = 'person') =>
  `${label}-${Date.now().toString(36)}-${process.pid}-${++serial}@example.com`

/** A call in the name of whoever is signed in on this page, as the app itself would make it. */
export async function call<T = unknown>(page: Page, method: string, path: string, data?: object): Promise<T> {
  const csrf = (await page.context().cookies()).find((c) => c.name.endsWith('rapport_csrf'))
  const answer = await page.request.fetch(path, {
    method,
    data,
    headers: { 'X-Session-Mode': 'cookie', ...(csrf && { 'X-CSRF-Token': csrf.value }) },
  })
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
  return (answer.status() === 204 ? undefined : await answer.json()) as T
}

/** A new person with an organization; the page's browser is signed in afterwards. */
export async function signUp(page: Page, options: Options = {}): Promise<Person> {
  const { locale = 'en', theme = 'light', timeZone = 'Europe/Berlin', proven = true, ...given } = options
  const person = {
    email: uniqueEmail(),
    name: 'Alex Morgan',
    organizationName: 'Orbit Capital',
    ...given,
  }
  const result = await call<{ user: { id: string }; organization: { id: string } }>(page, 'POST', '/api/auth/signup', {
    ...person,
    password: PASSWORD,
    locale,
    timeZone,
  })
  await call(page, 'PUT', '/api/users/preferences', { theme })
  if (proven) write(`update users set email_verified_at = created_at where id = ${blob(result.user.id)}`)
  return { ...person, userId: result.user.id, organizationId: result.organization.id }
}

/** Signed in elsewhere: another device of the same person, without touching this browser. */
export async function signInElsewhere(email: string, userAgent: string) {
  const url = new URL('/api/auth/signin', process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:3000')
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': userAgent },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
}
