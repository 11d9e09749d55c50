import { expect, type Page, test } from '@playwright/test'
import { signUp } from './support/api'
import { bubble, chatsNow, composer, connectWithChats } from './support/inbox'
import { openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS } from './support/page'

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const block = (page: Page) => page.getByRole('region', { name: /^(Shared files|Общие файлы)$/ })
async function open(page: Page) {
  if (isPhone(page)) await page.getByRole('button', { name: /^(Details|Подробности)$/ }).click()
  await page.getByRole('button', { name: /^(Shared files|Общие файлы)$/ }).click()
}
const kind = (page: Page, name: RegExp) => block(page).getByRole('radio', { name }).check({ force: true })

test('photos, files and links of a conversation are found beside it', async ({ page }) => {
  await signUp(page)
  await connectWithChats(page)
  const [first] = await chatsNow(page)
  await openLive(page, `/inbox/${first?.id}`)
  await page.getByTestId('attach').setInputFiles([
    { name: 'plan.png', mimeType: 'image/png', buffer: PNG },
    { name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('Ten seats') },
  ])
  await expect(page.getByRole('list', { name: 'Attachments' })).toContainText('offer.txt')
  await composer(page).fill('The plan, and https://www.example.com/pilot')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(bubble(page, 'The plan').last()).toBeVisible()

  await open(page)
  await block(page).getByRole('listitem').getByRole('button', { name: /^Open/ }).first().click()
  await expect(dialog(page).last().getByRole('img')).toBeVisible()
  await page.keyboard.press('Escape')
  await kind(page, /^Files$/)
  await expect(
    block(page)
      .getByRole('link', { name: /offer\.txt/ })
      .first(),
  ).toBeVisible()
  await kind(page, /^Links$/)
  const link = block(page).getByRole('listitem').filter({ hasText: 'example.com' }).first()
  await expect(link.getByRole('link').first()).toHaveAttribute('href', 'https://www.example.com/pilot')
  await link.getByRole('link', { name: /^Show in the conversation/ }).click()
  await expect(page).toHaveURL(/at=/)
})

for (const { name, ...look } of LOOKS)
  test(`what was shared is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await connectWithChats(page)
    const [first] = await chatsNow(page)
    await page.goto(`/inbox/${first?.id}`)
    await open(page)
    for (const one of [/^(Photos|Фото)$/, /^(Files|Файлы)$/, /^(Links|Ссылки)$/]) {
      await kind(page, one)
      await expect(block(page).getByRole('status')).toHaveCount(0)
      await expectAccessible(page)
    }
  })
