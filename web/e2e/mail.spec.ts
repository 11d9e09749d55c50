import { createHash } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { call, PASSWORD, signUp, uniqueEmail } from './support/api'
import { write } from './support/database'
import { dialog, expectAccessible, LOOKS, ready, toast } from './support/page'
import { colleague } from './support/people'

type Mail = { kind: string; to: string; subject: string; text: string }
const mailsNow = (page: Page) => call<{ items: Mail[] }>(page, 'GET', '/api/mail/outbox').then((r) => r.items)
/** The newest of a kind, once it is there; somebody of its organization has to be signed in. */
async function mail(page: Page, kind: string, to: string, but: readonly string[] = []): Promise<Mail> {
  let found: Mail | undefined
  await expect
    .poll(async () => {
      found = (await mailsNow(page)).find((m) => m.kind === kind && m.to === to && !but.includes(m.text))
      return !!found
    })
    .toBe(true)
  return found as Mail
}
/** Where the link of a mail leads to, on this server. */
const linkOf = ({ text }: Mail) => {
  const { pathname, hash } = new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '')
  return pathname + hash
}

test('a new address is verified by the link that was sent to it, once', async ({ page, browser }) => {
  const person = await signUp(page, { proven: false })
  await page.goto('/')
  await ready(page, 'Dashboard')
  await expect(page.getByText(`Confirm your e-mail: we sent a link to ${person.email}.`)).toBeVisible()
  const link = linkOf(await mail(page, 'verify-email', person.email))
  const elsewhere = await (await browser.newContext()).newPage() // the mail is read on another device
  await elsewhere.goto(link)
  await ready(elsewhere, 'Your e-mail is confirmed')
  await page.reload()
  await ready(page, 'Dashboard')
  await expect(page.getByText(/Confirm your e-mail/)).toBeHidden()
  await elsewhere.goto('/signin')
  await elsewhere.goto(link)
  await ready(elsewhere, 'This link was used already')
  await elsewhere.goto('/auth/verify#nonsense')
  await elsewhere.reload()
  await ready(elsewhere, 'This link does not work')
})

test('the banner sends the link again, and then waits', async ({ page }) => {
  await signUp(page, { proven: false })
  await page.goto('/')
  await page.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByRole('button', { name: /^Again in \d+:\d\d$/ })).toBeDisabled()
})

test('a forgotten password: mail, new password, every session ends', async ({ page, browser }) => {
  const person = await signUp(page, { proven: false })
  await page.goto('/')
  await ready(page, 'Dashboard')
  const other = await (await browser.newContext()).newPage()
  await other.goto('/signin')
  await other.getByLabel('E-mail').fill(person.email)
  await other.getByRole('link', { name: 'Forgot password?' }).click()
  await ready(other, 'Forgot your password?')
  await expect(other.getByLabel('E-mail')).toHaveValue(person.email)
  await other.getByRole('button', { name: 'Send the link' }).click()
  await ready(other, 'Look into your mail')
  const link = linkOf(await mail(page, 'reset-password', person.email))
  await other.goto(link)
  const password = other.getByRole('textbox', { name: 'New password' })
  await password.fill('password1')
  await password.press('Enter')
  await expect(
    other.getByText('This is one of the passwords that everybody tries first', { exact: false }),
  ).toBeVisible()
  await password.fill('another horse battery')
  await password.press('Enter')
  await ready(other, 'Your password was changed')
  await page.reload()
  await ready(page, 'Sign in to Rapport')
  await other.getByRole('link', { name: 'Sign in', exact: true }).click()
  await other.getByLabel('E-mail').fill(person.email)
  await other.getByRole('textbox', { name: 'Password' }).fill('another horse battery')
  await other.keyboard.press('Enter')
  await ready(other, 'Dashboard')
  await other.goto(link)
  await other.reload()
  await ready(other, 'This link was used already')
})

test('an address that nobody has is answered alike', async ({ page }) => {
  await page.goto('/auth/forgot')
  await page.getByLabel('E-mail').fill(uniqueEmail('nobody'))
  await page.keyboard.press('Enter')
  await ready(page, 'Look into your mail')
})

test('too many wrong passwords lock the account; an administrator unlocks it', async ({ page, browser }, info) => {
  const guest = await signUp(page, { proven: false })
  const admin = await colleague(browser, info, guest)
  const wrong = async () => {
    const data = { email: guest.email, password: 'wrong password' }
    return (await page.request.post('/api/auth/signin', { data })).status()
  }
  expect(await wrong()).toBe(401)
  // The tenth locks. Between the others lie pauses of two minutes together: eight of them are written down.
  const address = createHash('sha256').update(guest.email).digest('hex')
  write(
    `update signin_failures set failures = 9, last_at = strftime('%Y-%m-%dT%H:%M:%S', 'now', '-5 minutes') || '.000000+00:00',
    first_at = strftime('%Y-%m-%dT%H:%M:%S', 'now', '-6 minutes') || '.000000+00:00' where address_hash = x'${address}'`,
  )
  expect(await wrong()).toBe(423)
  await page.context().clearCookies()
  await page.goto('/signin')
  await page.getByLabel('E-mail').fill(guest.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await ready(page, 'Sign-in is locked for a while')
  await expect(page.getByRole('timer')).toHaveText(/^1[45]:\d\d$/)
  await expect(page.getByRole('link', { name: 'Reset the password' })).toBeVisible()
  await expectAccessible(page)
  await admin.goto('/team')
  await admin.getByRole('button', { name: `Actions: ${guest.name}` }).click()
  await admin.getByRole('menuitem', { name: 'Unlock' }).click()
  await expect(toast(admin, `${guest.name} can sign in again`)).toBeVisible()
  await page.getByRole('button', { name: 'Use another account' }).click()
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await ready(page, 'Dashboard')
})

for (const look of LOOKS)
  test(`mails, their templates and the pages their links open are accessible, ${look.name}`, async ({ page }) => {
    await signUp(page, { ...look, proven: false })
    await page.goto('/settings/mail')
    const list = page.getByRole('list', { name: /^(Mails|Письма)$/ })
    await list.getByRole('button').first().click()
    await expect(list.getByRole('article')).toBeVisible()
    await expect(page.getByRole('combobox')).toBeVisible()
    await expect(dialog(page)).toHaveCount(0)
    await expectAccessible(page)
    await page.context().clearCookies()
    for (const path of ['/auth/forgot', '/auth/reset#nonsense', '/auth/verify#nonsense']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expectAccessible(page)
    }
  })
