import { expect, type Page, test } from '@playwright/test'
import { call, signUp } from './support/api'
import {
  allOf,
  campaignNow,
  countedOf,
  readyDraft,
  sentAfterAnswer,
  signedUpWithContacts,
  stoppedByAnswer,
} from './support/campaigns'
import { openLive } from './support/live'
import { dialog, expectAccessible, isPhone, LOOKS, ready, signUpWithRecords, toast } from './support/page'

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const total = (page: Page, name: string) => page.locator(`[data-total=${name}]`)
const idIn = (page: Page) => new URL(page.url()).pathname.split('/').pop() ?? ''
const saved = (page: Page) => expect(page.locator('[data-save=saved]')).toBeAttached()

// A click that cannot be made is told long before the test's time is up.
test.beforeEach(({ page }) => page.setDefaultTimeout(20_000))

test('a campaign is built, rehearsed and launched; replies stop it, and the numbers are those of the database', async ({
  page,
}) => {
  test.setTimeout(240_000)
  await signUp(page)
  const { account, eager } = await signedUpWithContacts(page)
  await page.goto('/campaigns')
  await expect(page.getByRole('heading', { name: 'No campaigns yet' })).toBeVisible()
  await page.getByRole('button', { name: 'New campaign' }).click()
  await dialog(page).getByRole('textbox', { name: /Name/ }).fill('Spring outreach')
  await dialog(page).getByRole('button', { name: 'Create' }).click()
  await ready(page, 'Spring outreach')
  const id = idIn(page)

  // Audience: everybody there is, counted at once.
  await part(page, 'Audience').getByRole('radio', { name: 'Filter' }).check()
  await expect(page.getByTestId('eligible')).toContainText(/[1-9]/)
  // Senders: the account with what it has left.
  await part(page, 'Senders').getByRole('checkbox').first().check()
  await saved(page)
  // Steps: a reminder goes before the wait by its keys, and back again.
  const list = page.getByRole('list', { name: 'Steps in order' })
  await expect(list.getByRole('article')).toHaveCount(3)
  const handle = list.getByRole('button', { name: /^Move/ })
  await handle.nth(2).press('ArrowUp')
  await expect(list.getByRole('article').nth(1)).toContainText('Message')
  await handle.nth(1).press('ArrowDown')
  await expect(list.getByRole('article').nth(1)).toContainText('2 working days')
  // Its text, with what stands where a name is not known, as a real contact reads it.
  await list.getByRole('button', { name: /1\.\s*Message/ }).click()
  await list.getByRole('button', { name: 'Edit text' }).click()
  await dialog(page).getByRole('textbox', { name: /^Text/ }).fill('Hello {{contact.firstName|there}}, one question.')
  await expect(dialog(page).getByTestId('preview')).toContainText(/Hello (?!\{\{).+, one question\./)
  await dialog(page).getByRole('button', { name: 'Done' }).click()
  await saved(page)
  // Schedule: all days, around the clock.
  const schedule = part(page, 'Schedule')
  for (const day of ['Saturday', 'Sunday']) await schedule.getByRole('button', { name: day }).click()
  await schedule.getByLabel('From', { exact: true }).fill('00:00')
  await schedule.getByLabel('To', { exact: true }).fill('00:00')
  await saved(page)
  await expect(schedule.getByRole('table').first()).toBeVisible()
  // Policy check, and the whole of it on a clock that jumps.
  await expect(part(page, 'Policy check').getByRole('list', { name: 'What the check found' })).toBeVisible()
  await part(page, 'Rehearsal').getByRole('button', { name: 'Rehearse', exact: true }).click()
  await expect(page.getByRole('table', { name: 'Day by day' })).toBeVisible({ timeout: 90_000 })

  // Launch: only after its name was typed.
  await page.getByRole('button', { name: 'Launch…' }).click()
  const launch = dialog(page).getByRole('button', { name: 'Launch', exact: true })
  await expect(launch).toBeDisabled()
  await dialog(page)
    .getByRole('textbox', { name: /Spring outreach/ })
    .fill('Spring outreach')
  await launch.click()
  await expect(page.getByRole('navigation', { name: 'Sections' })).toBeVisible()
  await expect.poll(async () => (await campaignNow(page, id)).state).toBe('running')

  // Messages go, and somebody answers: it stops for them, on the page too, without anything being done.
  await expect(total(page, 'sent')).toHaveText(/[1-9]/, { timeout: 60_000 })
  await expect(total(page, 'replied')).toHaveText(/[1-9]/, { timeout: 120_000 })
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Contacts' }).click()
  const contacts = page.getByRole('list', { name: 'Contacts' })
  await expect(contacts.getByText('Replied').first()).toBeVisible()
  const names = new RegExp(eager.map((c) => c.title.split(' ')[0]).join('|'))
  await expect(contacts).toContainText(names)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Log' }).click()
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('has answered')

  // Paused, so that nothing changes while it is counted.
  await page.getByRole('button', { name: 'Pause all', exact: true }).click()
  await expect.poll(async () => (await campaignNow(page, id)).state).toBe('paused')
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Overview' }).click()
  await expect(async () => {
    const counted = countedOf(id)
    for (const [what, count] of Object.entries(counted)) await expect(total(page, what)).toHaveText(String(count))
  }).toPass({ timeout: 20_000 })
  await expect(part(page, 'Accounts')).toContainText(account.name)
  // Page by page it comes to the same, and nobody was written to after an answer.
  await expect(async () => {
    const counted = countedOf(id)
    const enrolled = await allOf<{ cause: string | null }>(page, `/api/campaigns/${id}/enrolments`)
    expect(enrolled).toHaveLength(counted.enrolled)
    expect(enrolled.filter((e) => e.cause === 'replied')).toHaveLength(stoppedByAnswer(id))
    const log = await allOf<{ kind: string }>(page, `/api/campaigns/${id}/log`)
    expect(log.filter((l) => l.kind === 'sent')).toHaveLength(counted.sent)
  }).toPass({ timeout: 20_000 })
  expect(sentAfterAnswer(id)).toBe(0)

  // The page of the contact tells of it, too.
  const { items } = await call<{ items: { contact: { id: string }; cause: string | null }[] }>(
    page,
    'GET',
    `/api/campaigns/${id}/enrolments?state=stopped`,
  )
  const stopped = items.find((e) => e.cause === 'replied')
  await page.goto(`/contacts/${stopped?.contact.id}${isPhone(page) ? '?tab=related' : ''}`)
  const panel = page.getByRole('region', { name: 'Campaigns' })
  await expect(panel.getByRole('link', { name: 'Spring outreach' })).toBeVisible()
  await expect(panel.getByText('Replied')).toBeVisible()
})

test('one step and one account are paused and go on, and a campaign ends for good', async ({ page }) => {
  test.setTimeout(120_000)
  await signUp(page)
  const { account } = await signedUpWithContacts(page, 2)
  const draft = await readyDraft(page, 'Short one', account.id)
  await call(page, 'POST', `/api/campaigns/${draft.id}/start`, { version: draft.version, confirm: draft.name })
  await openLive(page, `/campaigns/${draft.id}`)
  await page.getByRole('button', { name: 'Pause Step 1: Message' }).click()
  await expect(page.getByRole('button', { name: 'Resume Step 1: Message' })).toBeVisible()
  await page.getByRole('button', { name: `Pause ${account.name} for this campaign` }).click()
  await expect(page.getByRole('button', { name: `Resume ${account.name}` })).toBeVisible()
  // The page shows it before the server has it.
  const held = async () => {
    type Held = { heldAccountIds: string[]; steps: { held: boolean }[] }
    const now = await call<Held>(page, 'GET', `/api/campaigns/${draft.id}`)
    return [now.heldAccountIds, now.steps.map((s) => s.held)]
  }
  await expect.poll(held).toEqual([[account.id], [true, false, false]])
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Finish for good' }).click()
  const ask = page.getByRole('alertdialog')
  await ask.getByRole('textbox').fill('Short one')
  await ask.getByRole('button', { name: 'Finish' }).click()
  await expect(toast(page, 'Finished')).toBeVisible()
  await expect.poll(async () => (await campaignNow(page, draft.id)).state).toBe('finished')
})

test('contacts are put into a campaign from their list, and say no on their page', async ({ page }) => {
  test.setTimeout(120_000)
  await signUp(page)
  const { account, eager } = await signedUpWithContacts(page, 2)
  const draft = await readyDraft(page, 'By hand', account.id)
  const source = { kind: 'contacts', contactIds: [] }
  await call(page, 'PATCH', `/api/campaigns/${draft.id}`, { audience: { source }, version: draft.version })
  const { items } = await call<{ items: { id: string; name: string }[] }>(page, 'GET', '/api/crm/contacts?sort=name')
  const one = items.find((c) => eager.some((e) => e.title === c.name))
  await page.goto(`/contacts/${one?.id}${isPhone(page) ? '?tab=related' : ''}`)
  await ready(page, one?.name ?? '')
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).first().click()
  await page.getByRole('menuitem', { name: 'Add to a campaign' }).click()
  await dialog(page)
    .getByRole('combobox', { name: /Campaign/ })
    .fill('By')
  await page.getByRole('option', { name: /By hand/ }).click()
  await expectAccessible(page)
  await dialog(page).getByRole('button', { name: 'Add', exact: true }).click()
  await expect(toast(page, 'Added to the audience of By hand')).toBeVisible()
  const now = await call<{ audience: { source: { contactIds: string[] } } }>(page, 'GET', `/api/campaigns/${draft.id}`)
  expect(now.audience.source.contactIds).toEqual([one?.id])

  // What they want is noted, and told where one writes to them.
  const consent = page.getByRole('group', { name: 'May we write? Telegram' })
  await consent.getByRole('radio', { name: 'No' }).click()
  await expect(page.getByText(/noted by hand/)).toBeVisible()
  const chat = eager.find((e) => e.title === one?.name)
  await page.goto(`/inbox/${chat?.id}`)
  await page.getByRole('button', { name: /Asked not to be written to on Telegram/ }).click()
  await expect(page.getByRole('dialog', { name: 'Before you write' })).toBeVisible()
  await expectAccessible(page)
})

test('campaigns are reached, begun and walked through by keys alone @desktop', async ({ page }) => {
  await signUp(page)
  for (const name of ['First', 'Second']) await call(page, 'POST', '/api/campaigns', { name, channel: 'telegram' })
  await openLive(page, '/')
  await ready(page, 'Dashboard')
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await ready(page, 'Campaigns')
  await expect(page.getByRole('link', { name: 'First' })).toBeVisible()
  await page.keyboard.press('j')
  const row = page.locator('a[data-row]:focus')
  const name = await row.textContent()
  await page.keyboard.press('Enter')
  await ready(page, name ?? '')
  await page.goBack()
  await ready(page, 'Campaigns')
  await page.keyboard.press('c')
  await expect(dialog(page).getByRole('heading', { name: 'New campaign' })).toBeVisible()
})

test('what is half done stays on screen, and is kept once it is whole', async ({ page }) => {
  await signUp(page)
  const { id } = await call<{ id: string }>(page, 'POST', '/api/campaigns', { name: 'Draft', channel: 'telegram' })
  await page.goto(`/campaigns/${id}`)
  await page.getByRole('button', { name: 'Add a step' }).click()
  await page.getByRole('menuitem', { name: /^Task/ }).click()
  const title = page.getByRole('textbox', { name: /What is to be done/ })
  await title.fill('')
  await expect(page.locator('[data-save=held]')).toBeVisible()
  await expect(page.getByText('Say what is to be done.')).toBeVisible()
  await title.fill('Call them')
  await saved(page)
  const kept = await call<{ steps: { action: { title: string } }[] }>(page, 'GET', `/api/campaigns/${id}`)
  expect(kept.steps.map((s) => s.action.title)).toEqual(['Call them'])
})

for (const { name, ...look } of LOOKS)
  test(`campaigns are accessible: ${name}`, async ({ page }) => {
    test.setTimeout(120_000)
    const fits = async () => {
      if (isPhone(page))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    const { contactId } = await signUpWithRecords(page, look)
    await page.goto('/campaigns')
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible()
    await expectAccessible(page)
    await page.goto('/campaigns?new=1')
    await expect(dialog(page).getByRole('radio').first()).toBeAttached()
    await expectAccessible(page)
    const { account } = await signedUpWithContacts(page, 1)
    const draft = await readyDraft(page, 'Outreach', account.id)
    await page.goto(`/campaigns/${draft.id}`)
    await expect(page.getByTestId('eligible')).toBeVisible()
    await expect(page.getByRole('table').first()).toBeVisible()
    await expectAccessible(page)
    await fits()
    await page.getByRole('article').first().getByRole('button').nth(1).click()
    await expectAccessible(page)
    await call(page, 'POST', `/api/campaigns/${draft.id}/start`, { version: draft.version, confirm: draft.name })
    for (const tab of ['', '?tab=contacts', '?tab=log', '?tab=setup']) {
      await page.goto(`/campaigns/${draft.id}${tab}`)
      await expect(page.getByRole('main').locator('h2, h3, li').first()).toBeVisible()
      await expectAccessible(page)
      await fits()
    }
    await page.goto('/campaigns')
    await expect(page.getByRole('link', { name: 'Outreach' })).toBeVisible()
    await expectAccessible(page)
    await fits()
    await page.goto(`/contacts/${contactId}${isPhone(page) ? '?tab=related' : ''}`)
    await expect(page.getByRole('region', { name: /^(Campaigns|Кампании)$/ })).toBeVisible()
    await expectAccessible(page)
  })
