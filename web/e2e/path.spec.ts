import { expect, test } from '@playwright/test'
import { PASSWORD, uniqueEmail } from './support/api'
import { card, column, dragCard, dragOver, middleOf } from './support/deals'
import { expectAccessible, ready } from './support/page'

const CSV = `Name,Email,Company,Job Title
Anna Petrova,anna@polar-freight.io,Polar Freight,Head of Logistics
Иван Щербаков,ivan@kestrel.io,Kestrel,Директор
`

/** What the product exists for, walked once by hand: nothing is prepared, nothing is called but what a person clicks. */
test('sign up, import, company, contact, deal, across the board by mouse and keyboard, won, told @desktop', async ({
  page,
}) => {
  await page.goto('/signup')
  await page.getByLabel('Your name').fill('Alex Morgan')
  await page.getByLabel('E-mail').fill(uniqueEmail('alex'))
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByLabel('Organization name').fill('Orbit Capital')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await ready(page, 'Dashboard')

  await page.goto('/import')
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) }
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page).toHaveURL(/\/import\/.+/)
  for (let step = 0; step < 2; step++) await page.getByRole('button', { name: /^Next: / }).click()
  await page.getByRole('button', { name: /^Start the import/ }).click()
  await expect(page.getByTestId('count-created')).toHaveText('2')

  await page.goto('/companies')
  await page.getByRole('link', { name: 'Polar Freight' }).click()
  await expect(page.getByText('Anna Petrova').first()).toBeVisible()
  await page.goto('/contacts?q=anna%40polar')
  await page.getByRole('link', { name: 'Anna Petrova' }).click()
  await expect(page.getByText('Head of Logistics').first()).toBeVisible()

  await page.goto('/pipeline')
  await expect(page.getByRole('heading', { name: 'No deals yet' })).toBeVisible()
  await page.keyboard.press('c')
  const form = page.getByRole('dialog', { name: 'New deal' })
  await form.getByLabel('Title').fill('Platform licence')
  await form.getByLabel('Amount').fill('12.5k')
  await form.getByRole('combobox', { name: 'Contact' }).fill('Anna')
  await page.getByRole('option', { name: /Anna Petrova/ }).click()
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(column(page, 'Lead').getByRole('article')).toContainText(/12,500/)

  await dragCard(page, 'Platform licence', middleOf(column(page, 'Qualified')))
  await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1)
  const link = card(page, 'Platform licence').getByRole('link')
  await link.focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await expect(column(page, 'Meeting').getByRole('article')).toHaveCount(1)
  await page.keyboard.press('Space')
  await expect(page.getByText('Moved to Meeting').first()).toBeVisible()
  await dragOver(page, card(page, 'Platform licence'), middleOf(page.locator('[data-zone=won]')))
  await page.mouse.up()
  await expect(page.getByText('Moved to Won').first()).toBeVisible()

  await page.getByRole('button', { name: /Unfold Won/ }).click()
  await card(page, 'Platform licence').getByRole('link').click()
  const peek = page.getByRole('dialog', { name: 'Platform licence' })
  await peek.getByRole('tab', { name: 'Stage history' }).click()
  const history = peek.getByRole('tabpanel').getByRole('listitem')
  await expect(history).toHaveCount(4)
  for (const [at, stage] of ['Won', 'Meeting', 'Qualified', 'Lead'].entries())
    await expect(history.nth(at)).toContainText(stage)
  await peek.getByRole('tab', { name: 'Timeline' }).click()
  const told = peek.getByRole('tabpanel').getByRole('listitem')
  await expect(told.filter({ hasText: 'Alex Morgan moved this deal:' }).first()).toContainText(/Meeting.*Won/)
  await expect(told.filter({ hasText: 'Alex Morgan added this deal:' })).toContainText('Lead')
  await expectAccessible(page)
})
