import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { chatRow, chatsNow, thread } from './support/inbox'
import { openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS, openPalette, ready, toast } from './support/page'

const run = promisify(execFile)
const sh = (script: string) => run('sh', ['-c', script], { encoding: 'utf8', timeout: 30_000 }).then((r) => r.stdout)

test('a channel is opened, its example sends a message in, and it is closed', async ({ page }) => {
  await signUp(page)
  await page.goto('/settings/channels')
  await page.getByRole('button', { name: 'New channel' }).click()
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  await expect(dialog(page).getByRole('textbox', { name: 'Name' })).toHaveAttribute('aria-invalid', 'true')
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Chat on the site')
  await page.keyboard.press('Enter')
  const secret = page.getByRole('textbox', { name: 'Secret' })
  await expect(secret).toHaveValue(/^whsec_/)
  // A press beside the window does not lose it.
  await page.keyboard.press('Escape')
  await expect(secret).toBeVisible()
  await expectAccessible(page)
  const example = page.getByTestId('channel-example')
  await expect(example).toContainText(await secret.inputValue())
  const script = (await example.textContent()) ?? ''
  const answer = JSON.parse(await sh(script)) as { messageId: string }
  expect(answer.messageId).toMatch(/^[0-9a-f-]{36}$/)
  // The same message again is the same message; another secret is let in by nobody.
  expect(JSON.parse(await sh(script))).toEqual(answer)
  const forged = script.replace(/^SECRET=.*$/m, `SECRET='whsec_${Buffer.from('x'.repeat(32)).toString('base64')}'`)
  expect(await sh(forged.replace('message-1', 'message-2'))).toContain('"code"')
  await page.getByRole('button', { name: 'I have kept it' }).click()

  await openLive(page, '/inbox')
  await expect.poll(async () => (await chatsNow(page)).length).toBe(1)
  await chatRow(page, 'Visitor of the site').getByRole('link').click()
  await expect(thread(page).getByRole('article').filter({ hasText: 'What does it cost' })).toHaveCount(1)

  await page.goto('/settings/channels')
  await expect(page.getByText(/last message/)).toBeVisible()
  await page.getByRole('button', { name: 'How to send: Chat on the site' }).click()
  await expect(dialog(page).getByTestId('channel-example')).toContainText('whsec_…')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Delete: Chat on the site' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(toast(page, 'Chat on the site was deleted')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'No channels yet' })).toBeVisible()
  // Its address takes nothing, its conversation stays.
  expect(await sh(script.replace('message-1', 'message-3'))).toContain('"code"')
  expect(await chatsNow(page)).toHaveLength(1)
})

test('a secret is renewed, and the former one is taken until its time', async ({ page }) => {
  await signUp(page)
  const opened = await call<{ id: string; secret: string }>(page, 'POST', '/api/messaging/channels', { name: 'Shop' })
  await page.goto('/settings/channels')
  const renew = async (grace?: string) => {
    await page.getByRole('button', { name: 'Renew the secret: Shop' }).click()
    if (grace) {
      await dialog(page).getByRole('combobox').click()
      await page.getByRole('option', { name: grace }).click()
    }
    await dialog(page).getByRole('button', { name: 'Renew' }).click()
    await expect(page.getByRole('heading', { name: 'The new secret of Shop' })).toBeVisible()
    const script = (await page.getByTestId('channel-example').textContent()) ?? ''
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    return { script, secret }
  }
  const send = (script: string, secret: string, id: string) =>
    sh(script.replace(/^SECRET=.*$/m, `SECRET='${secret}'`).replace('message-1', id))
  const { script, secret } = await renew()
  expect(secret).not.toBe(opened.secret)
  await expect(page.getByText(/signed with the former secret are taken until/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText(/former secret until/)).toBeVisible()
  expect(await send(script, opened.secret, 'one')).toContain('messageId')
  expect(await send(script, secret, 'two')).toContain('messageId')
  // Somebody else knows it: it ends at once.
  const last = await renew('At once')
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText(/former secret until/)).toHaveCount(0)
  expect(await send(script, secret, 'three')).toContain('"code"')
  expect(await send(script, last.secret, 'four')).toContain('messageId')
})

test('is found by the palette @desktop', async ({ page }) => {
  await signUp(page)
  await page.goto('/')
  await ready(page, /./)
  await openPalette(page)
  await page.keyboard.type('inbound')
  await page.getByRole('option', { name: /Inbound channels/ }).click()
  await expect(page).toHaveURL(/\/settings\/channels/)
})

for (const { name, ...look } of LOOKS)
  test(`channels are accessible and fit: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/settings/channels')
    await expect(page.getByRole('heading', { level: 2 }).nth(1)).toBeVisible()
    await expectAccessible(page)
    await call(page, 'POST', '/api/messaging/channels', { name: 'A chat with a name that is rather long for a phone' })
    await page.reload()
    await expect(page.getByRole('heading', { level: 3 })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('listitem').getByRole('button').first().click()
    await expect(dialog(page).getByTestId('channel-example')).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('listitem').getByRole('button').nth(1).click()
    await expect(dialog(page).getByRole('combobox')).toBeVisible()
    await expectAccessible(page)
    if (isPhone(page)) expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
