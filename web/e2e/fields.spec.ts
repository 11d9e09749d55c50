import { expect, test } from '@playwright/test'
import { addDeals, card, column, dealNow, dragCard, middleOf, pipelineOf, stageNamed } from './support/deals'
import { addField, fieldsNow } from './support/fields'
import { dialog, isPhone, toast } from './support/page'
import { addContact, call, contactNow, expectAccessible, LOOKS, row, signUp } from './support/records'

const TIER = {
  name: 'Tier',
  kind: 'select',
  options: [
    { label: 'Gold', color: 'yellow' },
    { label: 'Silver', color: 'gray' },
  ],
}

test.describe('the manager', () => {
  test('a choice is made by keyboard, option after option', async ({ page }) => {
    await signUp(page)
    await page.goto('/settings/fields')
    await expect(page.getByRole('heading', { name: 'No custom fields yet' })).toBeVisible()
    await page.getByRole('button', { name: 'New field' }).click()
    const form = dialog(page)
    await expect(form.getByLabel('Name')).toBeFocused()
    await form.getByRole('button', { name: 'Create' }).click()
    await expect(form.getByText('Enter a name')).toBeVisible()
    await form.getByLabel('Name').fill('Tier')
    await form.getByRole('radio', { name: 'Choice', exact: true }).check()
    await form.getByRole('button', { name: 'Add option' }).click()
    await page.keyboard.type('Gold')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Silver')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Backspace')
    await expect(form.getByLabel('Option 2')).toBeFocused()
    await form.getByRole('button', { name: 'Move Silver', exact: true }).focus()
    await page.keyboard.press('ArrowUp')
    await expect(form.getByRole('button', { name: 'Move Silver', exact: true })).toBeFocused()
    await form.getByRole('button', { name: 'Colour of Gold' }).click()
    await page.getByRole('menuitemradio', { name: 'Green' }).click()
    await expectAccessible(page)
    await form.getByRole('button', { name: 'Create' }).click()
    await expect(form).toBeHidden()
    await expect(page.getByRole('list', { name: 'Custom fields of Contacts' }).getByRole('listitem')).toHaveCount(1)
    const [tier] = await fieldsNow(page, 'contact')
    expect(tier?.options.map((o) => o.label)).toEqual(['Silver', 'Gold'])
  })

  test('fields are put in order, archived, and deleted', async ({ page }) => {
    await signUp(page)
    for (const name of ['One', 'Two', 'Three']) await addField(page, { recordType: 'deal', name, kind: 'text' })
    await page.goto('/settings/fields?type=deal')
    const list = page.getByRole('list', { name: 'Custom fields of Deals' })
    const names = async () => (await fieldsNow(page, 'deal')).filter((f) => !f.archived).map((f) => f.name)
    await list.getByRole('button', { name: 'Move Three' }).focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(names).toEqual(['One', 'Three', 'Two'])
    await expect(list.getByRole('button', { name: 'Move Three' })).toBeFocused()
    await page.keyboard.press('Home')
    await expect.poll(names).toEqual(['Three', 'One', 'Two'])
    await list.getByRole('button', { name: 'Actions: One' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await expect.poll(names).toEqual(['Three', 'Two'])
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(async () => (await names()).length).toBe(3)
    await list.getByRole('button', { name: 'Actions: Two' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect(toast(page, 'Two deleted')).toBeVisible()
    expect((await fieldsNow(page, 'deal')).map((f) => f.name)).not.toContain('Two')
  })

  test('fields are dragged into order @desktop', async ({ page }) => {
    await signUp(page)
    for (const name of ['One', 'Two', 'Three']) await addField(page, { recordType: 'contact', name, kind: 'text' })
    await page.goto('/settings/fields')
    const handle = page.getByRole('button', { name: 'Move Three' })
    const box = await handle.boundingBox()
    if (!box) throw new Error('no handle')
    await page.mouse.move(box.x + 8, box.y + 8)
    await page.mouse.down()
    await page.mouse.move(box.x + 8, box.y - 130, { steps: 8 })
    await page.mouse.up()
    await expect
      .poll(async () => (await fieldsNow(page, 'contact')).map((f) => f.name))
      .toEqual(['Three', 'One', 'Two'])
  })

  for (const look of LOOKS)
    test(`has no WCAG violations and fits (${look.name})`, async ({ page }) => {
      await signUp(page, look)
      await addField(page, { recordType: 'contact', ...TIER })
      await addField(page, { recordType: 'contact', name: 'Budget', kind: 'money', currency: 'EUR' })
      await page.goto('/settings/fields')
      await expect(page.getByText('Budget')).toBeVisible()
      await expectAccessible(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      await page.getByRole('button', { name: /^(New field|Новое поле)$/ }).click()
      await expect(dialog(page)).toBeVisible()
      await expectAccessible(page)
    })
})

test('every kind is edited on the page of a contact, and survives a reload', async ({ page }) => {
  const { userId } = await signUp(page)
  const kinds: [string, object, string, unknown][] = [
    ['Note', { kind: 'text' }, 'hello', 'hello'],
    ['Seats', { kind: 'number' }, '1 200,5', 1200.5],
    ['Budget', { kind: 'money', currency: 'EUR' }, '12.5k', 1_250_000],
    ['Renewal', { kind: 'date' }, '2026-12-24', '2026-12-24'],
    ['Wiki', { kind: 'url' }, 'example.com', 'https://example.com'],
    ['Second mail', { kind: 'email' }, 'Anna@Example.com', 'anna@example.com'],
  ]
  for (const [name, more] of kinds) await addField(page, { recordType: 'contact', name, ...more })
  const tier = await addField(page, { recordType: 'contact', ...TIER })
  const vip = await addField(page, { recordType: 'contact', name: 'VIP', kind: 'checkbox' })
  const buddy = await addField(page, { recordType: 'contact', name: 'Buddy', kind: 'user' })
  const { id } = await addContact(page, { name: 'Anna Petrova' })
  await page.goto(`/contacts/${id}`)
  const custom = page.getByRole('region', { name: 'Custom fields' })
  const fields = await fieldsNow(page, 'contact')
  for (const [name, , typed, stored] of kinds) {
    await custom.getByRole('button', { name: `Edit: ${name}` }).click()
    await custom.getByLabel(name, { exact: true }).fill(typed)
    await page.keyboard.press('Enter')
    const key = fields.find((f) => f.name === name)?.key ?? ''
    await expect
      .poll(async () => ((await contactNow(page, id))['custom'] as Record<string, unknown>)[key])
      .toEqual(stored)
  }
  await custom.getByRole('button', { name: 'Edit: Tier' }).click()
  await page.getByRole('option', { name: 'Gold' }).click()
  await custom.getByRole('switch', { name: 'VIP' }).click()
  await custom.getByRole('button', { name: 'Edit: Buddy' }).click()
  await page.getByRole('option', { name: 'Alex Morgan' }).click()
  await expect
    .poll(async () => (await contactNow(page, id))['custom'])
    .toMatchObject({ [tier.key]: tier.options[0]?.id, [vip.key]: true, [buddy.key]: userId })
  await page.reload()
  await expect(custom.getByText('Gold')).toBeVisible()
  await expect(custom.getByText('€12,500')).toBeVisible()
  await expect(custom.getByText('Alex Morgan')).toBeVisible()
  await expectAccessible(page)
})

test('a refused value says why and stays to be mended', async ({ page }) => {
  await signUp(page)
  await addField(page, { recordType: 'contact', name: 'Seats', kind: 'number' })
  const { id } = await addContact(page, { name: 'Anna' })
  await page.goto(`/contacts/${id}`)
  await page.getByRole('button', { name: 'Edit: Seats' }).click()
  await page.getByLabel('Seats', { exact: true }).fill('many')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'Enter a number' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Edit: Seats' })).toBeFocused()
})

test('a custom field is a column, an order and a filter of the list @desktop', async ({ page }) => {
  await signUp(page)
  const tier = await addField(page, { recordType: 'contact', ...TIER })
  const seats = await addField(page, { recordType: 'contact', name: 'Seats', kind: 'number' })
  const [gold, silver] = tier.options.map((o) => o.id)
  await addContact(page, { name: 'Anna', custom: { [tier.key]: gold, [seats.key]: 5 } })
  await addContact(page, { name: 'Boris', custom: { [tier.key]: silver, [seats.key]: 40 } })
  await page.goto('/contacts')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Tier' }).check()
  await page.getByRole('checkbox', { name: 'Seats' }).check()
  await page.keyboard.press('Escape')
  await expect(row(page, 'Anna')).toContainText('Gold')
  await page.getByRole('columnheader', { name: 'Seats' }).getByRole('button').click()
  await page.getByRole('columnheader', { name: 'Seats' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=-custom/)
  await expect(page.getByRole('row').nth(1)).toContainText('Boris')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('option', { name: 'Tier' }).click()
  await page.getByRole('option', { name: 'Gold' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(row(page, 'Boris')).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Conditions of the filter' })).toContainText('Gold')
  await page.reload()
  await expect(row(page, 'Anna')).toBeVisible()
  await expect(row(page, 'Boris')).toHaveCount(0)
  await expectAccessible(page)
})

test('deals have custom fields too: in the table, in the filter, on the page', async ({ page }) => {
  await signUp(page)
  const tier = await addField(page, { recordType: 'deal', ...TIER })
  const [id = ''] = await addDeals(page, 'Lead', ['Pilot', 'Licence'])
  await page.goto(`/deals/${id}`)
  await page.getByRole('button', { name: 'Edit: Tier' }).click()
  await page.getByRole('button', { name: /^Tier: / }).click()
  await page.getByRole('option', { name: 'Gold' }).click()
  await expect.poll(async () => (await dealNow(page, id))['custom']).toEqual({ [tier.key]: tier.options[0]?.id })
  await page.goto('/pipeline?view=table')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('option', { name: 'Tier' }).click()
  await page.getByRole('option', { name: 'Gold' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'Licence' })).toHaveCount(0)
  await expect(page.getByRole('row').filter({ hasText: 'Pilot' })).toBeVisible()
  if (isPhone(page)) return
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Tier' }).check()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('row').filter({ hasText: 'Pilot' })).toContainText('Gold')
  await expectAccessible(page)
})

test('a stage asks for a custom field, and the deal goes on once it is filled in @desktop', async ({ page }) => {
  await signUp(page)
  const seats = await addField(page, { recordType: 'deal', name: 'Seats', kind: 'number' })
  await addDeals(page, 'Meeting', ['Pilot'])
  await page.goto('/pipeline')
  await page.getByRole('button', { name: 'Pipeline: ' }).click()
  await page.getByRole('menuitem', { name: 'Edit stages' }).click()
  const editor = page.getByRole('dialog', { name: 'Stages' })
  await editor.getByRole('button', { name: /^Proposal/ }).click()
  await editor.getByRole('button', { name: 'To enter, a deal needs…' }).click()
  await editor.getByRole('checkbox', { name: 'Seats' }).check()
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(async () => {
      const stage = stageNamed(await pipelineOf(page), 'Proposal') as unknown as {
        entryRules: { requiredFields: string[] }
      }
      return stage.entryRules.requiredFields
    })
    .toEqual([`custom.${seats.key}`])
  await page.keyboard.press('Escape')
  await dragCard(page, 'Pilot', middleOf(column(page, 'Proposal')))
  const question = page.getByRole('dialog', { name: 'Proposal asks for more' })
  await question.getByLabel('Seats').fill('12')
  await question.getByRole('button', { name: 'Save and move' }).click()
  await expect(column(page, 'Proposal').getByRole('article')).toHaveCount(1)
  await expect(card(page, 'Pilot')).toBeVisible()
})

test('a column of a file goes to the custom field it is named after', async ({ page }) => {
  await signUp(page)
  const tier = await addField(page, { recordType: 'contact', ...TIER })
  await page.goto('/import')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('Name,Tier\nAnna,Gold\n') })
  await expect(page).toHaveURL(/\/import\/[0-9a-f-]+/)
  const next = () => page.getByRole('button', { name: /^Next: / }).click()
  await next()
  await expect(page.getByRole('combobox', { name: '“Tier” becomes' })).toHaveText(/Tier/)
  await next()
  await page.getByRole('button', { name: /^Start the import/ }).click()
  await expect
    .poll(async () => (await call<{ items: { custom: object }[] }>(page, 'GET', '/api/crm/contacts')).items[0]?.custom)
    .toEqual({ [tier.key]: tier.options[0]?.id })
})
