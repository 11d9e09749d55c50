import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { signUp } from './support/api'
import { dialog, expectAccessible, LOOKS, toast } from './support/page'
import { addContact, call } from './support/records'

type Got = { headers: IncomingMessage['headers']; body: string }
/** Somebody's program: takes what is sent, and answers as it is told to. */
async function receiver() {
  const got: Got[] = []
  const answers = { status: 200 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(answers.status).end('Thank you')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { got, answers, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() }
}
const make = (page: Parameters<typeof call>[0], url: string, types = ['*']) =>
  call<{ id: string }>(page, 'POST', '/api/v1/webhooks', { url, description: 'Sales chat', types })

test('a webhook is made, tested and renewed', async ({ page, context, browserName }) => {
  if (browserName === 'chromium') await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const program = await receiver()
  await signUp(page)
  await page.goto('/settings/webhooks')
  await page.getByRole('button', { name: 'New webhook' }).click()
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  await expect(dialog(page).getByRole('textbox', { name: 'Address' })).toHaveAttribute('aria-invalid', 'true')
  await dialog(page).getByRole('textbox', { name: 'Address' }).fill(program.url)
  await dialog(page).getByRole('textbox', { name: 'Description' }).fill('Sales chat')
  await dialog(page).getByRole('radio', { name: 'Some events' }).check()
  await dialog(page).getByRole('searchbox', { name: 'Find an event' }).fill('contact cre')
  await dialog(page).getByRole('checkbox', { name: 'contact.created' }).check()
  await expect(dialog(page)).toContainText('1 event chosen')
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  // The secret, once.
  const secret = page.getByRole('textbox', { name: 'Secret' })
  await expect(secret).toHaveValue(/^whsec_/)
  const first = await secret.inputValue()
  await page.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first)
  await page.keyboard.press('Escape')
  await expect(secret).toBeVisible()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('link', { name: 'Sales chat' }).click()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await expect.poll(() => program.got.length).toBe(1)
  expect(program.got[0]?.headers['webhook-signature']).toMatch(/^v1,/)
  await expect(page.getByRole('listitem').filter({ hasText: 'webhook.test' })).toContainText('Arrived · 200')
  await page.getByRole('main').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Renew the secret' }).click()
  await dialog(page).getByRole('button', { name: 'Renew', exact: true }).click()
  await expect(secret).toHaveValue(/^whsec_/)
  expect(await secret.inputValue()).not.toBe(first)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText(/The former secret signs as well until/)).toBeVisible()
  program.close()
})

test('the log says what was sent and what came back, and sends again', async ({ page }) => {
  const program = await receiver()
  program.answers.status = 400
  await signUp(page)
  const { id } = await make(page, program.url, ['contact.created'])
  await addContact(page, { name: 'Elena Sokolova' })
  await expect.poll(() => program.got.length).toBeGreaterThan(0)
  await page.goto(`/settings/webhooks/${id}`)
  const delivery = page.getByRole('button', { name: /contact\.created/ })
  await expect(delivery).toContainText('400')
  await delivery.click()
  await expect(page).toHaveURL(/delivery=/)
  await expect(dialog(page)).toContainText('Thank you')
  await expect(dialog(page).getByRole('region', { name: 'What was sent' })).toContainText('"contact.created"')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/delivery=/)
  // A test that fails at once is not there: what arrives is.
  program.answers.status = 200
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByRole('radio', { name: 'Arrived' }).check()
  await expect(page).toHaveURL(/status=delivered/)
  const arrived = page.getByRole('button', { name: /webhook\.test/ })
  await arrived.click()
  const before = program.got.length
  await dialog(page).getByRole('button', { name: 'Send again' }).click()
  await expect(toast(page, 'It is sent again')).toBeVisible()
  await expect.poll(() => program.got.length).toBeGreaterThan(before)
  program.close()
})

test('is turned off and on, and deleted', async ({ page }) => {
  await signUp(page)
  const { id } = await make(page, 'http://127.0.0.1:9/hook')
  const now = () => call<{ enabled: boolean }>(page, 'GET', `/api/v1/webhooks/${id}`)
  await page.goto('/settings/webhooks')
  await page.getByRole('switch', { name: 'On: Sales chat' }).click()
  await expect.poll(async () => (await now()).enabled).toBe(false)
  await page.getByRole('link', { name: 'Sales chat' }).click()
  await page.getByRole('button', { name: 'Turn on again' }).click()
  await expect.poll(async () => (await now()).enabled).toBe(true)
  await page.getByRole('main').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'No webhooks yet' })).toBeVisible()
})

for (const look of LOOKS)
  test(`webhooks are accessible and fit (${look.name})`, async ({ page }) => {
    await signUp(page, { locale: look.locale, theme: look.theme })
    const { id } = await make(page, 'http://127.0.0.1:9/a/path/that/is/rather/long/for/a/phone?source=rapport')
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    for (const path of ['/settings/webhooks', `/settings/webhooks/${id}`]) {
      await page.goto(path)
      await expect(page.getByText('Sales chat').first()).toBeVisible()
      await expectAccessible(page)
      expect(await fits()).toBe(true)
    }
    await page.goto('/settings/webhooks')
    await page.locator('main section header button').first().click()
    await expect(dialog(page).getByRole('textbox').first()).toBeFocused()
    await expectAccessible(page)
    expect(await fits()).toBe(true)
  })
