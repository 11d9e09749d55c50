import { expect, test } from '@playwright/test'
import {
  addDeals,
  card,
  column,
  dealNow,
  dragCard,
  dragOver,
  middleOf,
  pipelineOf,
  stageNamed,
  titlesIn,
  touchDrag,
} from './support/deals'
import { addContact, call, expectAccessible, LOOKS, signUp } from './support/records'

test('from a contact to a deal that is won, by mouse and by keyboard @desktop', async ({ page }) => {
  await signUp(page)
  await addContact(page, { name: 'Anna Petrova', companyName: 'Polar Freight' })
  await page.goto('/pipeline')
  await expect(page.getByRole('heading', { name: 'No deals yet' })).toBeVisible()
  await page.keyboard.press('c')
  const form = page.getByRole('dialog', { name: 'New deal' })
  await form.getByLabel('Title').fill('Platform licence')
  await form.getByLabel('Amount').fill('12.5k')
  await form.getByRole('combobox', { name: 'Contact' }).fill('Anna')
  await page.getByRole('option', { name: /Anna Petrova/ }).click()
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(form).toBeHidden()
  await expect(column(page, 'Lead').getByRole('article')).toContainText(/12,500/)

  await dragCard(page, 'Platform licence', middleOf(column(page, 'Qualified')))
  await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1)
  await expect(column(page, 'Lead').getByRole('article')).toHaveCount(0)
  await expect(page.getByText('Moved to Qualified').first()).toBeVisible()

  const link = card(page, 'Platform licence').getByRole('link')
  await link.focus()
  await page.keyboard.press(']')
  await expect(column(page, 'Meeting').getByRole('article')).toHaveCount(1)
  await expect(link).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await expect(column(page, 'Proposal').getByRole('article')).toHaveCount(1)
  await page.keyboard.press('Space')
  await expect(page.getByText('Moved to Proposal').first()).toBeVisible()

  await dragOver(page, card(page, 'Platform licence'), middleOf(page.locator('[data-zone=won]')))
  await page.mouse.up()
  await expect(page.getByText('Moved to Won').first()).toBeVisible()
  await page.getByRole('button', { name: /Unfold Won/ }).click()
  await card(page, 'Platform licence').getByRole('link').click()
  const peek = page.getByRole('dialog', { name: 'Platform licence' })
  await peek.getByRole('tab', { name: 'Stage history' }).click()
  const history = peek.getByRole('tabpanel').getByRole('listitem')
  await expect(history).toHaveCount(5)
  await expect(history.first()).toContainText('Won')
  await expect(history.first()).toContainText('Alex Morgan')
  for (const [at, stage] of ['Won', 'Proposal', 'Meeting', 'Qualified', 'Lead'].entries())
    await expect(history.nth(at)).toContainText(stage)
})

test('a contact and its company know their deals', async ({ page }) => {
  await signUp(page)
  const contact = await addContact(page, { name: 'Anna Petrova', companyName: 'Polar Freight' })
  await page.goto(`/contacts/${contact.id}?tab=related`)
  const deals = page.getByRole('region', { name: 'Deals' })
  await deals.getByRole('button', { name: 'New deal' }).click()
  const form = page.getByRole('dialog', { name: 'New deal' })
  await expect(form.getByRole('combobox', { name: 'Contact' })).toHaveValue('Anna Petrova')
  await form.getByLabel('Title').fill('Platform licence')
  await form.getByRole('button', { name: 'Create' }).click()
  await expect(deals.getByRole('link', { name: /Platform licence/ })).toContainText('Lead')
  await page.goto(`/companies/${contact.companyId}?tab=related`)
  await deals.getByRole('link', { name: /Platform licence/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Platform licence' })).toBeVisible()
})

test('a deal that is lost says why @desktop', async ({ page }) => {
  await signUp(page)
  const [id = ''] = await addDeals(page, 'Meeting', ['Pilot'])
  await page.goto('/pipeline')
  await dragCard(page, 'Pilot', middleOf(page.locator('[data-zone=lost]')))
  const question = page.getByRole('dialog', { name: 'Why was the deal lost?' })
  await question.getByRole('button', { name: 'Mark as lost' }).click()
  await expect(question.getByText('Fill in this field')).toBeVisible()
  await question.getByRole('button', { name: 'Too expensive' }).click()
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Mark as lost' }).click()
  await expect.poll(async () => (await dealNow(page, id))['lostReason']).toBe('Too expensive')
})

test('a card keeps the place it was put to, and undo takes it back @desktop', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['C', 'B', 'A'])
  await addDeals(page, 'Qualified', ['E', 'D'])
  await page.goto('/pipeline')
  await expect(card(page, 'A')).toBeVisible()
  await dragCard(page, 'A', middleOf(card(page, 'E'), 5))
  await expect.poll(() => titlesIn(page, 'Qualified')).toEqual(['D', 'A', 'E'])
  await page.reload()
  await expect.poll(() => titlesIn(page, 'Qualified')).toEqual(['D', 'A', 'E'])
  await dragCard(page, 'A', middleOf(card(page, 'C'), 100))
  await expect.poll(() => titlesIn(page, 'Lead')).toEqual(['B', 'C', 'A'])
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => titlesIn(page, 'Qualified')).toEqual(['D', 'A', 'E'])
})

test('several cards go together @desktop', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['C', 'B', 'A'])
  await page.goto('/pipeline')
  await card(page, 'A')
    .getByRole('link')
    .click({ modifiers: ['ControlOrMeta'] })
  await card(page, 'B')
    .getByRole('link')
    .click({ modifiers: ['Shift'] })
  await expect(page.getByRole('toolbar', { name: 'Selected deals' })).toContainText('2 selected')
  await dragCard(page, 'A', middleOf(column(page, 'Meeting')))
  await expect.poll(() => titlesIn(page, 'Meeting')).toEqual(['A', 'B'])
  await expect(page.getByText('2 deals moved to Meeting').first()).toBeVisible()
  await page.reload()
  await expect.poll(() => titlesIn(page, 'Meeting')).toEqual(['A', 'B'])
  expect(await titlesIn(page, 'Lead')).toEqual(['C'])
})

test('a stage that asks for more takes the deal once it is filled in @desktop', async ({ page }) => {
  await signUp(page)
  const stage = stageNamed(await pipelineOf(page), 'Proposal')
  const entryRules = { requiredFields: ['amount', 'source'], roles: [] }
  await call(page, 'PUT', `/api/pipeline/stages/${stage.id}`, { entryRules, version: stage.version })
  const [id = ''] = await addDeals(page, 'Meeting', ['Pilot'])
  await page.goto('/pipeline')
  await dragOver(page, card(page, 'Pilot'), middleOf(column(page, 'Proposal')))
  await expect(column(page, 'Proposal').getByText('Needs: an amount')).toBeVisible()
  await page.mouse.up()
  const question = page.getByRole('dialog', { name: 'Proposal asks for more' })
  await expect(column(page, 'Meeting').getByRole('article')).toHaveCount(1)
  await question.getByLabel('Amount').fill('900')
  await question.getByLabel('Source').fill('fair')
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Save and move' }).click()
  await expect(column(page, 'Proposal').getByRole('article')).toHaveCount(1)
  await expect.poll(() => dealNow(page, id)).toMatchObject({ stageId: stage.id, amountMinor: 90_000, source: 'fair' })
})

test('stages are added, renamed, ordered and deleted @desktop', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Meeting', ['Pilot'])
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Pipeline: ' }).click()
  await page.getByRole('menuitem', { name: 'Edit stages' }).click()
  const editor = page.getByRole('dialog', { name: 'Stages' })
  await editor.getByRole('button', { name: 'Add a stage' }).click()
  await editor.getByLabel('Name').fill('Demo')
  await editor.getByLabel('Probability, %').fill('50')
  await editor.getByRole('button', { name: 'Save' }).click()
  await editor.getByRole('button', { name: 'Move Demo up' }).click()
  await expect.poll(async () => (await pipelineOf(page)).stages.map((s) => s.name).indexOf('Demo')).toBe(4)
  await expectAccessible(page)
  await editor.getByRole('button', { name: 'Delete Meeting' }).click()
  const question = page.getByRole('dialog', { name: 'Delete Meeting?' })
  await expect(question).toContainText('1 deal is here')
  await question.getByRole('combobox', { name: 'Stage' }).click()
  await page.getByRole('option', { name: 'Demo' }).click()
  await question.getByRole('button', { name: 'Move and delete' }).click()
  await expect(question).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(column(page, 'Demo').getByRole('article')).toHaveCount(1)
  await expect(column(page, 'Meeting')).toHaveCount(0)
})

test('a deal is edited on its page', async ({ page }) => {
  await signUp(page)
  const [id = ''] = await addDeals(page, 'Lead', ['Pilot'])
  await page.goto(`/deals/${id}`)
  await page.getByRole('button', { name: 'Edit: Amount' }).click()
  await page.getByRole('textbox', { name: 'Amount' }).fill('1 200,50')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await dealNow(page, id))['amountMinor']).toBe(120_050)
  await expect(page.getByRole('button', { name: 'Edit: Amount' })).toBeFocused()
  await page.getByRole('list', { name: 'Stages' }).getByRole('button', { name: 'Qualified' }).click()
  await expect(page.getByRole('button', { name: /Qualified/, disabled: true })).toBeVisible()
  await expect.poll(async () => (await dealNow(page, id))['version']).toBe(3)
})

test('a deleted deal is found in the trash and restored @desktop', async ({ page }) => {
  await signUp(page)
  const [id = ''] = await addDeals(page, 'Lead', ['Pilot'])
  await page.goto(`/deals/${id}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('Pilot moved to the trash').first()).toBeVisible()
  await page.getByRole('radio', { name: 'Table' }).check()
  await page.getByRole('button', { name: 'In the trash' }).click()
  await page.getByRole('link', { name: 'Pilot' }).click()
  const peek = page.getByRole('dialog', { name: 'Pilot' })
  await peek.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(async () => (await dealNow(page, id))['deletedAt']).toBeNull()
})

test('search, owner and the table are in the address @desktop', async ({ page }) => {
  const { userId } = await signUp(page)
  await addDeals(page, 'Lead', ['Pilot', 'Licence'], { ownerId: userId })
  await page.goto('/pipeline')
  await page.getByRole('searchbox').fill('lic')
  await expect(page).toHaveURL(/q=lic/)
  await expect(card(page, 'Pilot')).toHaveCount(0)
  await page.getByRole('button', { name: 'All owners' }).click()
  await page.getByRole('option', { name: 'My deals' }).click()
  await expect(page).toHaveURL(/owner=me/)
  await expect(card(page, 'Licence')).toBeVisible()
  await page.getByRole('button', { name: 'Rotting' }).click()
  await expect(card(page, 'Licence')).toHaveCount(0)
  await page.getByRole('button', { name: 'Rotting' }).click()
  await page.getByRole('radio', { name: 'Table' }).check()
  await expect(page).toHaveURL(/view=table/)
  await expect(page.getByRole('row').filter({ hasText: 'Licence' })).toBeVisible()
  await page.getByRole('columnheader', { name: 'Amount' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=amount/)
  await expectAccessible(page)
  await page.goto('/pipeline?q=nothing&view=table')
  await page.getByRole('button', { name: 'Clear search and filter' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Pilot' })).toBeVisible()
})

for (const look of LOOKS)
  test(`board, deal and form have no WCAG violations (${look.name})`, async ({ page }) => {
    await signUp(page, look)
    const { stages } = await pipelineOf(page)
    const [id = ''] = await addDeals(page, stages[0]?.name ?? '', ['Pilot', 'Licence'], {
      amountMinor: 125_000,
      tags: ['vip'],
      expectedCloseOn: '2026-12-24',
    })
    await page.goto('/pipeline')
    await expect(card(page, 'Pilot')).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await page.goto('/pipeline?new=first')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/deals/${id}`)
    await expect(page.getByRole('heading', { level: 1, name: 'Pilot' })).toBeVisible()
    await expectAccessible(page)
  })

test('on a phone a card is moved by its menu', async ({ page }, info) => {
  test.skip(info.project.name !== 'mobile')
  await signUp(page)
  await addDeals(page, 'Lead', ['Pilot'])
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Actions: Pilot' }).click()
  await page.getByRole('menuitem', { name: 'Qualified' }).click()
  await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1)
})

test.describe('with a finger', () => {
  test.beforeEach(({ page: _ }, info) => test.skip(info.project.name !== 'mobile'))

  test('a long press lifts a card, and the board scrolls along to where it goes', async ({ page }) => {
    await signUp(page)
    await addDeals(page, 'Lead', ['B', 'A'])
    await page.goto('/pipeline')
    await expect(card(page, 'A')).toBeVisible()
    const { width } = page.viewportSize() ?? { width: 0 }
    const edge = async () => ({ x: width - 6, y: 300 })
    const next = async () => {
      // The board scrolls while the finger waits at its edge.
      await expect.poll(async () => (await column(page, 'Qualified').boundingBox())?.x ?? width).toBeLessThan(120)
      return { x: width / 2, y: 300 }
    }
    await touchDrag(page, card(page, 'A'), [edge, next])
    await expect(page.locator('.drag-ghost')).toHaveCount(0)
    await expect.poll(() => titlesIn(page, 'Qualified')).toEqual(['A'])
    await expect(page.getByText('Moved to Qualified').first()).toBeVisible()
    await expect(page).not.toHaveURL(/deals/)
  })
  test('a long press that goes nowhere opens the menu of the card', async ({ page }) => {
    await signUp(page)
    await addDeals(page, 'Lead', ['Pilot'])
    await page.goto('/pipeline')
    await touchDrag(page, card(page, 'Pilot'), [])
    await expect(page.getByRole('menuitem', { name: 'Qualified' })).toBeVisible()
  })
  test('a swipe scrolls and a tap opens, as ever', async ({ page }) => {
    await signUp(page)
    await addDeals(page, 'Lead', ['Pilot'])
    await page.goto('/pipeline')
    await card(page, 'Pilot').getByRole('link').tap()
    await expect(page).toHaveURL(/deals/)
  })
})
