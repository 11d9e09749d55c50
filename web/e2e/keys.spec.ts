import { expect, test } from '@playwright/test'
import { addDeals, dealNow, pipelineOf, stageNamed } from './support/deals'
import { ready, toast } from './support/page'
import { addContact, contactNow, signUp } from './support/records'

test.describe('single keys @desktop', () => {
  test('A assigns what is chosen, L labels it', async ({ page }) => {
    await signUp(page)
    const { id } = await addContact(page, { name: 'Anna Petrova', ownerId: null })
    await page.goto('/contacts')
    await ready(page, 'Contacts')
    await page.getByRole('checkbox', { name: /Anna Petrova/ }).check()
    await expect(page.getByRole('toolbar')).toContainText('1 selected')
    await page.keyboard.press('a')
    await page.getByRole('option', { name: /Alex Morgan/ }).click()
    await expect.poll(async () => (await contactNow(page, id))['ownerName']).toBe('Alex Morgan')
    const tags = page.getByRole('combobox', { name: 'Tags' })
    // Until the list of members is closed, keys belong to it.
    await expect(async () => {
      await page.keyboard.press('l')
      await expect(tags).toBeVisible({ timeout: 1000 })
    }).toPass()
    await tags.fill('vip')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Add tags' }).click()
    await expect.poll(async () => (await contactNow(page, id))['tags']).toEqual(['vip'])
  })

  test('S asks where chosen deals go, N begins a note, and the address is copied', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await signUp(page)
    const [id = ''] = await addDeals(page, 'Lead', ['Licence'])
    const stageOf = async () => (await dealNow(page, id))['stageId']
    const pipeline = await pipelineOf(page)
    await page.goto('/pipeline')
    await page.getByRole('link', { name: 'Licence' }).focus()
    await page.keyboard.press('x')
    await expect(page.getByRole('toolbar')).toContainText('1 selected')
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: 'Meeting' }).click()
    await expect.poll(stageOf).toBe(stageNamed(pipeline, 'Meeting').id)

    await page.goto(`/deals/${id}`)
    await ready(page, 'Licence')
    await expect(page.getByRole('textbox', { name: 'New note' })).toBeVisible()
    await page.keyboard.press('s')
    await expect(page.getByRole('button', { name: 'Proposal', exact: true })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect.poll(stageOf).toBe(stageNamed(pipeline, 'Proposal').id)
    await page.keyboard.press('Control+.')
    await expect(toast(page, 'Copied')).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
    await page.keyboard.press('n')
    await expect(page.getByRole('textbox', { name: 'New note' })).toBeFocused()
  })
})
