import { expect, type Page, test } from '@playwright/test'
import { addCompany, addContact, call, expectAccessible, LOOKS, signUp } from './support/records'

async function deleted(page: Page, ...names: string[]) {
  for (const name of names) {
    const { id } = await addContact(page, { name, jobTitle: 'CEO' })
    await call(page, 'DELETE', `/api/crm/contacts/${id}`)
  }
}

test('restores one and many', async ({ page }) => {
  await signUp(page)
  await deleted(page, 'Anna', 'Boris', 'Clara')
  await page.goto('/trash')
  await page.getByRole('button', { name: 'Restore Anna' }).click()
  await expect(page.getByText('Anna restored')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Anna' })).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'Select Boris' }).check()
  await page.getByRole('checkbox', { name: 'Select Clara' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByText('2 records restored')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  await page.goto('/contacts')
  for (const name of ['Anna', 'Boris', 'Clara']) await expect(page.getByRole('link', { name })).toBeVisible()
})

test('deletes for good only after the name was typed', async ({ page }) => {
  await signUp(page)
  await deleted(page, 'Anna', 'Boris', 'Clara')
  await page.goto('/trash')
  await page.getByRole('button', { name: 'Delete Anna for good' }).click()
  const question = page.getByRole('alertdialog')
  const sure = question.getByRole('button', { name: 'Delete for good' })
  await expect(sure).toBeDisabled()
  await expectAccessible(page)
  await question.getByRole('textbox').fill('Anna')
  await sure.click()
  await expect(page.getByText('1 record deleted for good')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Select Boris' }).check()
  await page.getByRole('checkbox', { name: 'Select Clara' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete for good' }).click()
  await question.getByRole('textbox').fill('delete')
  await sure.click()
  await expect(page.getByText('2 records deleted for good')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible()
  expect((await (await page.request.get('/api/crm/contacts?trash=true')).json()).items).toEqual([])
})

test('has a tab for companies and says who deleted', async ({ page }, info) => {
  await signUp(page)
  const { id } = await addCompany(page, { name: 'Acme', industry: 'Energy' })
  await call(page, 'DELETE', `/api/crm/companies/${id}`)
  await page.goto('/trash')
  await page.getByRole('tab', { name: 'Companies' }).click()
  await expect(page).toHaveURL(/tab=companies/)
  await expect(page.getByRole('link', { name: 'Acme' })).toBeVisible()
  if (info.project.name === 'desktop') await expect(page.getByText('Alex Morgan').last()).toBeVisible()
  await page.getByRole('link', { name: 'Acme' }).click()
  await expect(page.getByText(/In the trash since/)).toBeVisible()
})

for (const { name, ...look } of LOOKS)
  test(`is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await page.goto('/trash')
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
    await expectAccessible(page)
    await deleted(page, 'Anna', 'Boris')
    await page.reload()
    await page.getByRole('checkbox').first().check()
    await expect(page.getByRole('toolbar')).toBeVisible()
    await expectAccessible(page)
  })
