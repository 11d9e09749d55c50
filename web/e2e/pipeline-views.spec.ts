import { expect, test } from '@playwright/test'
import { addDeals, card, dealNow, dragOver, middleOf, pipelineOf, titlesIn } from './support/deals'
import { isPhone } from './support/page'
import { call, expectAccessible, LOOKS, signUp } from './support/records'

test.describe('many deals at once', () => {
  test('are chosen by keyboard, given an owner, and taken back @desktop', async ({ page }) => {
    const { userId } = await signUp(page)
    const [c = '', b = '', a = ''] = await addDeals(page, 'Lead', ['C', 'B', 'A'], { ownerId: null })
    await page.goto('/pipeline?view=table&sort=title')
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') })
    await expect(rows).toHaveCount(3)
    await page.getByRole('link', { name: 'A', exact: true }).focus()
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowDown')
    const bar = page.getByRole('toolbar', { name: 'Selected deals' })
    await expect(bar).toContainText('2 selected')
    await expectAccessible(page)
    await bar.getByRole('button', { name: 'Owner' }).click()
    await page.getByRole('option', { name: 'Alex Morgan' }).click()
    await expect(rows.first()).toContainText('Alex Morgan')
    const owner = async (id: string) => ((await dealNow(page, id))['owner'] as { id: string } | null)?.id ?? null
    await expect.poll(() => owner(a)).toBe(userId)
    await expect.poll(() => owner(b)).toBe(userId)
    expect(await owner(c)).toBeNull()
    await expect(page.getByText('2 deals assigned').first()).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(() => owner(a)).toBeNull()
    await expect(page.getByText('Undone').first()).toBeVisible()
    await page.getByRole('link', { name: 'A', exact: true }).focus()
    await page.keyboard.press('Escape')
    await expect(bar).toHaveCount(0)
  })

  test('move together; a lost stage asks why', async ({ page }) => {
    await signUp(page)
    const [b = '', a = ''] = await addDeals(page, 'Lead', ['B', 'A'])
    await page.goto('/pipeline?view=table')
    await page.getByRole('checkbox', { name: 'Select A', exact: true }).check()
    await page.getByRole('checkbox', { name: 'Select B', exact: true }).check()
    const bar = page.getByRole('toolbar', { name: 'Selected deals' })
    await bar.getByRole('button', { name: 'Move to' }).click()
    await page.getByRole('menuitem', { name: 'Lost' }).click()
    const question = page.getByRole('dialog', { name: 'Why were 2 deals lost?' })
    await question.getByRole('button', { name: 'Not now' }).click()
    await question.getByRole('button', { name: 'Mark as lost' }).click()
    await expect.poll(async () => (await dealNow(page, a))['lostReason']).toBe('Not now')
    await expect.poll(async () => (await dealNow(page, b))['status']).toBe('lost')
    await expect(page.getByText('2 deals moved').first()).toBeVisible()
  })

  test('are deleted, all that match, and come back @desktop', async ({ page }) => {
    await signUp(page)
    await addDeals(page, 'Lead', ['Pilot 1', 'Pilot 2', 'Licence'])
    await page.goto('/pipeline?view=table&q=pilot')
    await page.getByRole('checkbox', { name: 'Select Pilot 1' }).check()
    const bar = page.getByRole('toolbar', { name: 'Selected deals' })
    await bar.getByRole('button', { name: 'Select all 2' }).click()
    await bar.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByText('2 deals deleted').first()).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect
      .poll(async () => (await call<{ items: unknown[] }>(page, 'GET', '/api/crm/deals')).items.length)
      .toBe(3)
  })
})

test('lanes by owner: a card that is put into another lane changes hands @desktop', async ({ page }) => {
  const { userId } = await signUp(page)
  await addDeals(page, 'Lead', ['Mine'], { ownerId: userId })
  const [id = ''] = await addDeals(page, 'Lead', ['Nobody’s'], { ownerId: null })
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Lanes' }).click()
  await page.getByRole('menuitemradio', { name: 'By owner' }).click()
  await expect(page).toHaveURL(/group=owner/)
  const mine = page.getByRole('region', { name: 'Alex Morgan' })
  const nobody = page.getByRole('region', { name: 'No owner' })
  await expect(nobody.getByRole('article')).toHaveCount(1)
  await dragOver(page, card(page, 'Nobody’s'), middleOf(mine.locator('[data-stage]').nth(1), 30))
  await page.mouse.up()
  await expect(mine.getByRole('article')).toHaveCount(2)
  await expect.poll(async () => (await dealNow(page, id))['owner']).toMatchObject({ id: userId })
  await expect(page.getByText('Moved to Qualified').first()).toBeVisible()
  await expectAccessible(page)
  const link = card(page, 'Mine').getByRole('link')
  await link.focus()
  await page.keyboard.press('ArrowRight')
  await expect(card(page, 'Nobody’s').getByRole('link')).toBeFocused()
  await page.keyboard.press('[')
  await expect(mine.locator('[data-stage]').first().getByRole('article')).toHaveCount(2)
  await expect(card(page, 'Nobody’s').getByRole('link')).toBeFocused()
})

test('lanes by source', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['A'], { source: 'Fair' })
  await addDeals(page, 'Meeting', ['B'], { source: 'fair' })
  await addDeals(page, 'Lead', ['C'])
  await page.goto('/pipeline?group=source')
  await expect(page.getByRole('region', { name: 'Fair', exact: true }).getByRole('article')).toHaveCount(2)
  await expect(page.getByRole('region', { name: 'No source' }).getByRole('article')).toHaveCount(1)
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
})

test('the funnel tells how far deals come', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['A', 'B'])
  await addDeals(page, 'Meeting', ['C', 'D'])
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Funnel' }).click()
  const steps = page.getByRole('list', { name: 'Funnel' }).getByRole('listitem')
  await expect(steps.first()).toContainText('Lead4')
  await expect(steps.nth(1)).toContainText('50%')
  await expectAccessible(page)
})

test('what is filtered stays filtered on the board and in the table @desktop', async ({ page }) => {
  await signUp(page)
  await addDeals(page, 'Lead', ['Fair deal'], { source: 'fair' })
  await addDeals(page, 'Lead', ['Other'])
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('option', { name: 'Source' }).click()
  await page.getByLabel('Value').fill('fair')
  await page.keyboard.press('Enter')
  await expect.poll(() => titlesIn(page, 'Lead')).toEqual(['Fair deal'])
  await page.getByRole('radio', { name: 'Table' }).check()
  await expect(page.getByRole('row').filter({ hasText: 'Other' })).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('list', { name: 'Conditions of the filter' })).toContainText('fair')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Remove the condition: Source' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Other' })).toBeVisible()
})

test.describe('forecast', () => {
  const month = (by: number) => {
    const d = new Date()
    d.setUTCDate(15)
    d.setUTCMonth(d.getUTCMonth() + by)
    return d.toISOString().slice(0, 7)
  }
  for (const look of LOOKS)
    test(`shows what comes in which month, and has no WCAG violations (${look.name})`, async ({ page }) => {
      const person = await signUp(page, look)
      const lead = (await pipelineOf(page)).stages[0]?.name ?? ''
      await addDeals(page, lead, ['Pilot'], {
        amountMinor: 125_000,
        expectedCloseOn: `${month(1)}-10`,
        ownerId: person.userId,
      })
      await page.goto('/pipeline?view=forecast')
      await expect(page.getByRole('link', { name: 'Pilot' })).toBeVisible()
      await expectAccessible(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    })

  test('another day takes a deal to another month, and back', async ({ page }) => {
    await signUp(page)
    const [id = ''] = await addDeals(page, 'Lead', ['Pilot'], { expectedCloseOn: `${month(1)}-10` })
    await page.goto('/pipeline?view=forecast')
    const day = page.getByLabel('Expected close: Pilot')
    await day.fill(`${month(2)}-11`)
    await day.press('Enter')
    await expect.poll(async () => (await dealNow(page, id))['expectedCloseOn']).toBe(`${month(2)}-11`)
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(async () => (await dealNow(page, id))['expectedCloseOn']).toBe(`${month(1)}-10`)
    if (isPhone(page)) return
    await page.getByRole('link', { name: 'Pilot' }).click()
    await expect(page.getByRole('dialog', { name: 'Pilot' })).toBeVisible()
  })
})
