import { expect, type Page, test } from '@playwright/test'
import { signUp } from './support/api'
import { addDeals } from './support/deals'
import { openLive } from './support/live'
import { expectAccessible, isPhone } from './support/page'
import { colleague } from './support/people'
import { addContact } from './support/records'

const face = (page: Page, name: string) => page.getByRole('img', { name, exact: true })

test('each sees the other at a contact, while there', async ({ page, browser }, info) => {
  const me = await signUp(page)
  const anna = await colleague(browser, info, me)
  const { id } = await addContact(page, { name: 'Elena Sokolova' })
  await openLive(page, `/contacts/${id}`)
  const title = page.getByRole('heading', { level: 1 })
  await expect(title).toHaveText('Elena Sokolova')
  const place = await title.boundingBox()
  await openLive(anna, `/contacts/${id}`)
  await expect(face(page, 'Anna Petrova')).toBeVisible({ timeout: 5000 })
  await expect(face(anna, 'Alex Morgan')).toBeVisible({ timeout: 5000 })
  await expect(face(page, 'Alex Morgan')).toHaveCount(0)
  // Nobody's coming moves anything.
  expect(await title.boundingBox()).toEqual(place)
  await expectAccessible(page)
  if (isPhone(anna)) await anna.getByRole('tab', { name: 'Timeline' }).click()
  await anna.getByRole('textbox', { name: 'New note' }).focus()
  await expect(face(page, 'Anna Petrova is editing')).toBeVisible({ timeout: 5000 })
  await anna.getByRole('textbox', { name: 'New note' }).blur()
  await expect(face(page, 'Anna Petrova')).toBeVisible({ timeout: 5000 })
  await anna.goto('/')
  await expect(face(page, 'Anna Petrova')).toHaveCount(0, { timeout: 10_000 })
  await anna.context().close()
})

test('the board and a deal have rooms of their own, and a break does not lose them @desktop', async ({
  page,
  browser,
}, info) => {
  const me = await signUp(page)
  const anna = await colleague(browser, info, me)
  const [id = ''] = await addDeals(page, 'Lead', ['Pilot'])
  await openLive(page, '/pipeline')
  await openLive(anna, '/pipeline')
  await expect(face(page, 'Anna Petrova')).toBeVisible({ timeout: 5000 })
  await anna.getByRole('link', { name: /^Pilot/ }).click()
  await openLive(page, `/deals/${id}`)
  await expect(face(page, 'Anna Petrova')).toBeVisible({ timeout: 5000 })
  await anna.context().setOffline(true)
  await expect(face(page, 'Anna Petrova')).toHaveCount(0, { timeout: 60_000 })
  await anna.context().setOffline(false)
  await expect(face(page, 'Anna Petrova')).toBeVisible({ timeout: 40_000 })
  await anna.context().close()
})
