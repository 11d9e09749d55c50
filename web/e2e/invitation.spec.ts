import { expect, type Page, test } from '@playwright/test'
import { call, PASSWORD, signUp, uniqueEmail } from './support/api'
import { expectAccessible, LOOKS, ready } from './support/page'

/** Asks somebody in; gives the link as its mail (or the answer, where no mail is sent) has it. */
async function invite(page: Page, email: string): Promise<string> {
  const { items } = await call<{ items: { link?: string | null }[] }>(page, 'POST', '/api/team/members/invite', {
    emails: [email],
    roles: ['agent'],
    teamIds: [],
    locale: 'en',
  })
  if (items[0]?.link) return new URL(items[0].link).pathname + new URL(items[0].link).hash
  let link: string | undefined
  await expect
    .poll(async () => {
      const mails = await call<{ items: { to: string; text: string }[] }>(page, 'GET', '/api/mail/outbox?limit=50')
      link = /\/auth\/invitation#\S+/.exec(mails.items.find((m) => m.to === email)?.text ?? '')?.[0]
      return link
    })
    .toBeTruthy()
  return link ?? ''
}

test('somebody new joins with a name and a password; the link works once', async ({ page, browser }, info) => {
  await signUp(page)
  const email = uniqueEmail('new')
  const link = await invite(page, email)
  const guest = await (await browser.newContext(info.project.use)).newPage()
  await guest.goto(link)
  await ready(guest, 'Join Orbit Capital')
  await expectAccessible(guest)
  await guest.getByRole('textbox', { name: 'Your name' }).fill('Nina')
  await guest.getByLabel('Choose a password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Create the account and join' }).click()
  await ready(guest, 'Dashboard')
  await page.goto('/team')
  await expect(page.getByText(email)).toBeVisible()
  const late = await (await browser.newContext(info.project.use)).newPage()
  await late.goto(link)
  await ready(late, 'This link was used already')
  await expectAccessible(late)
})

test('who has an account signs in and accepts', async ({ page, browser }, info) => {
  await signUp(page, { organizationName: 'Host Ltd' })
  const guest = await (await browser.newContext(info.project.use)).newPage()
  const person = await signUp(guest, { organizationName: 'Elsewhere' })
  const link = await invite(page, person.email)
  await guest.context().clearCookies()
  await guest.goto(link)
  await guest.getByRole('link', { name: 'Sign in to accept' }).click()
  await expect(guest.getByLabel('E-mail')).toHaveValue(person.email)
  expect(guest.url()).not.toContain(link.split('#')[1] ?? '#')
  await guest.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await guest.keyboard.press('Enter')
  await guest.getByRole('button', { name: 'Join Host Ltd' }).click()
  await ready(guest, 'Dashboard')
  const { organization } = await call<{ organization: { name: string } }>(guest, 'GET', '/api/auth/session')
  expect(organization.name).toBe('Host Ltd')
})

test('signed in as another, one signs out first', async ({ page }) => {
  await signUp(page)
  await page.goto(await invite(page, uniqueEmail('other')))
  await expect(page.getByText(/but the invitation is for/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out and go on' }).click()
  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeVisible()
})

for (const { name, ...look } of LOOKS)
  test(`a dead invitation is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.context().clearCookies()
    await page.goto('/auth/invitation#nonsense')
    await ready(page, /This link does not work|Ссылка не работает/)
    await expectAccessible(page)
  })
