import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import { expectAccessible } from './support/page'

type Stage = { id: string; name: string }
const FILE = `Deal name,Deal stage,Amount,Company,Contact,Contact email,Close date
Anvils,Lead,"1 250,50",Acme,Ann Roadrunner,ann@acme.example,31.12.2026
Rockets,Meeting,900,Acme,,ann@acme.example,
Bird seed,Closed Won,75,Birds & Co,,,
Too early,Qualified,,Acme,,,
`
const deals = async (page: Page) =>
  (await call<{ page: { total: number } }>(page, 'GET', '/api/crm/deals?limit=1')).page.total

async function upload(page: Page) {
  await page.goto('/pipeline')
  await page.getByRole('link', { name: 'Import deals' }).click()
  await expect(page).toHaveURL(/\/import\?type=deal/)
  // Exactly: folded columns of the board, which may still be there, tell how many deals they have.
  const deals = { name: 'Deals', exact: true }
  await expect(page.getByRole('radio', deals).or(page.getByRole('button', deals))).toBeVisible()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'deals.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) })
  await expect(page).toHaveURL(/\/import\/.+/)
}
const next = (page: Page) => page.getByRole('button', { name: /^Next: / }).click()

test('deals are imported onto the board, a refused row says why, and all of it is taken back @desktop', async ({
  page,
}) => {
  await signUp(page)
  const { items } = await call<{ items: { stages: Stage[] }[] }>(page, 'GET', '/api/pipeline')
  const qualified = items[0]?.stages.find((s) => s.name === 'Qualified')
  await call(page, 'PUT', `/api/pipeline/stages/${qualified?.id}`, { entryRules: { requiredFields: ['amount'] } })

  await upload(page)
  await next(page)
  await expect(page.getByRole('heading', { name: 'What goes where?' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: '“Deal stage” becomes' })).toHaveText('Stage')
  await expect(page.getByRole('combobox', { name: '“Contact email” becomes' })).toHaveText('E-mail of the contact')
  await expectAccessible(page)
  await next(page)
  await page.getByRole('button', { name: /^Start the import/ }).click()
  await expect(page.getByTestId('count-created')).toHaveText('3', { timeout: 20_000 })
  await expect(page.getByTestId('count-failed')).toHaveText('1')
  await expectAccessible(page)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /Download/ }).click(),
  ])
  const refused = readFileSync(await file.path(), 'utf8')
  expect(refused).toContain('Too early,Qualified')
  expect(refused).toContain('stage: Fill in the amount.')
  const result = page.url()

  await page.getByRole('link', { name: 'Open the pipeline' }).click()
  for (const [title, amount] of [
    ['Anvils', '1,250.5'],
    ['Rockets', '900'],
  ] as const) {
    const card = page.getByRole('article').filter({ hasText: title })
    await expect(card).toContainText(amount)
    await expect(card).toContainText('Acme')
  }
  await page.goto('/pipeline?view=table')
  await expect(page.getByRole('row').filter({ hasText: 'Bird seed' })).toContainText('Won')
  const [exported] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export all as CSV' }).click(),
  ])
  expect(exported.suggestedFilename()).toMatch(/^deals-.*\.csv$/)
  const table = readFileSync(await exported.path(), 'utf8')
  expect(table).toContain('Anvils,Sales,Lead,open,1250.50,')
  expect(table.trim().split('\r\n')).toHaveLength(4)

  await page.goto(result)
  await page.getByRole('button', { name: 'Revert the import' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revert the import' }).click()
  await expect(page.getByText('Your deals are as they were before it.')).toBeVisible({ timeout: 20_000 })
  expect(await deals(page)).toBe(0)
  await page.goto('/pipeline')
  await expect(page.getByRole('article')).toHaveCount(0)
})
