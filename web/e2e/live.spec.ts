import { expect, test } from '@playwright/test'
import { signUp } from './support/api'
import { addDeals, card, column, dragOver, middleOf, pipelineOf, stageNamed, titlesIn } from './support/deals'
import { anotherWindow, ask, connect, cookiesOf, openLive, tokenOf, whenLive } from './support/live'
import { expectAccessible, isPhone, LOOKS, ready } from './support/page'
import { addContact, call, contactNow } from './support/records'

const OFFLINE = 'No connection to the server.'

test.describe('two windows', () => {
  test('a card that one moves is moved at the other @desktop', async ({ page, browser }, info) => {
    await signUp(page)
    await addDeals(page, 'Lead', ['Second', 'Pilot'])
    const other = await anotherWindow(browser, page, info)
    await openLive(other, '/pipeline')
    await openLive(page, '/pipeline')
    await expect(card(other, 'Pilot')).toBeVisible()
    await dragOver(page, card(page, 'Pilot'), middleOf(column(page, 'Qualified')))
    const from = Date.now()
    await page.mouse.up()
    await expect(column(other, 'Qualified').getByRole('article')).toHaveCount(1, { timeout: 2000 })
    info.annotations.push({ type: 'measured', description: `seen after ${Date.now() - from} ms` })
    expect(await titlesIn(other, 'Lead')).toEqual(['Second'])
    // One's own card does not jump back meanwhile.
    await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1)
    await other.context().close()
  })

  test('a move shows on a phone too', async ({ page }) => {
    await signUp(page)
    const [id = ''] = await addDeals(page, 'Lead', ['Pilot'])
    await openLive(page, '/pipeline')
    await expect(card(page, 'Pilot')).toBeVisible()
    const { id: stageId } = stageNamed(await pipelineOf(page), 'Qualified')
    await call(page, 'PATCH', `/api/crm/deals/${id}/stage`, { stageId })
    await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1, { timeout: 2000 })
  })

  test('a contact made and edited by one shows in the list and on the page of the other', async ({
    page,
    browser,
  }, info) => {
    await signUp(page)
    const elena = await addContact(page, { name: 'Elena Sokolova', jobTitle: 'Analyst' })
    const list = await anotherWindow(browser, page, info)
    const record = await anotherWindow(browser, page, info)
    await openLive(list, '/contacts')
    await openLive(record, `/contacts/${elena.id}`)
    await expect(record.getByText('Analyst').first()).toBeVisible()
    await addContact(page, { name: 'Marcus Lindqvist' })
    await expect(list.getByRole('link', { name: 'Marcus Lindqvist' })).toBeVisible({ timeout: 3000 })
    await call(page, 'PATCH', `/api/crm/contacts/${elena.id}`, { jobTitle: 'Head of Growth', version: elena.version })
    await expect(record.getByText('Head of Growth').first()).toBeVisible({ timeout: 3000 })
    await call(page, 'DELETE', `/api/crm/contacts/${elena.id}`)
    await expect(list.getByRole('link', { name: 'Elena Sokolova' })).toHaveCount(0, { timeout: 3000 })
    await list.context().close()
    await record.context().close()
  })

  test('a card that is carried is not disturbed, and what happened meanwhile shows afterwards @desktop', async ({
    page,
  }) => {
    await signUp(page)
    const [, moved = ''] = await addDeals(page, 'Lead', ['Carried', 'Other'])
    await openLive(page, '/pipeline')
    await expect(card(page, 'Carried')).toBeVisible()
    const { id: stageId } = stageNamed(await pipelineOf(page), 'Meeting')
    await dragOver(page, card(page, 'Carried'), middleOf(column(page, 'Qualified')))
    await call(page, 'PATCH', `/api/crm/deals/${moved}/stage`, { stageId })
    await page.waitForTimeout(1200)
    await expect(column(page, 'Meeting').getByRole('article')).toHaveCount(0)
    await page.mouse.up()
    await expect(column(page, 'Qualified').getByRole('article')).toHaveCount(1)
    await expect(column(page, 'Meeting').getByRole('article')).toHaveCount(1, { timeout: 3000 })
  })

  test('a field that is edited keeps what is typed @desktop', async ({ page }) => {
    await signUp(page)
    const elena = await addContact(page, { name: 'Elena Sokolova', jobTitle: 'Analyst' })
    await openLive(page, `/contacts/${elena.id}`)
    await page.getByRole('button', { name: 'Edit: Job title' }).click()
    const input = page.getByRole('textbox', { name: 'Job title' })
    await input.fill('Head of')
    await call(page, 'PATCH', `/api/crm/contacts/${elena.id}`, { name: 'Elena Petrova', version: elena.version })
    await page.waitForTimeout(1200)
    await expect(input).toBeFocused()
    await expect(input).toHaveValue('Head of')
    await input.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Elena Petrova' })).toBeVisible()
    await expect.poll(async () => (await contactNow(page, elena.id))['jobTitle']).toBe('Head of')
  })
})

for (const [name, seconds] of [
  ['for a moment', 5],
  ['for half a minute', 30],
] as const)
  test(`the network is gone ${name}: it is said, and nothing is missed`, async ({ page, browser }, info) => {
    await signUp(page)
    const [id = ''] = await addDeals(page, 'Lead', ['Pilot'])
    const board = await anotherWindow(browser, page, info)
    const list = await anotherWindow(browser, page, info)
    await openLive(board, '/pipeline')
    await openLive(list, '/contacts')
    await expect(card(board, 'Pilot')).toBeVisible()
    for (const away of [board, list]) await away.context().setOffline(true)
    await expect(list.getByText(OFFLINE)).toBeVisible()
    await expect(list.getByText(/loaded before/)).toBeVisible()
    await expect(board.getByText(OFFLINE)).toBeVisible()
    if (!isPhone(page)) await expect(list.getByRole('img', { name: 'Not live' })).toBeVisible()
    await expectAccessible(list)
    const { id: stageId } = stageNamed(await pipelineOf(page), 'Meeting')
    await call(page, 'PATCH', `/api/crm/deals/${id}/stage`, { stageId })
    for (let i = 1; i <= 12; i++) await addContact(page, { name: `Missed ${i}` })
    await list.waitForTimeout(seconds * 1000)
    await expect(list.getByRole('link', { name: /^Missed/ })).toHaveCount(0)
    for (const away of [board, list]) await away.context().setOffline(false)
    await expect(list.getByText('Back online.')).toBeVisible()
    await expect(list.getByText(OFFLINE)).toHaveCount(0)
    await expect(list.getByRole('link', { name: /^Missed/ })).toHaveCount(12)
    const { items } = await call<{ items: { name: string }[] }>(page, 'GET', '/api/crm/contacts?limit=100')
    const names = await list.getByRole('link', { name: /^Missed/ }).allInnerTexts()
    expect(names.map((n) => n.trim())).toEqual(items.map((c) => c.name))
    await expect(column(board, 'Meeting').getByRole('article')).toHaveCount(1)
    await expect(list.getByText('Back online.')).toHaveCount(0)
    // The line is there again, not only the answers of the moment.
    await addContact(page, { name: 'Afterwards' })
    await expect(list.getByRole('link', { name: 'Afterwards' })).toBeVisible({ timeout: 3000 })
    for (const w of [board, list]) await w.context().close()
  })

test('a session that is closed elsewhere is noticed at once', async ({ page }) => {
  const { email } = await signUp(page)
  await openLive(page, '/contacts')
  const token = await tokenOf(email)
  const answer = await page.request.fetch('/api/auth/sessions', {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${token}`, Cookie: '' },
  })
  expect(answer.ok()).toBe(true)
  await expect(page.getByText('Your session has ended')).toBeVisible({ timeout: 5000 })
})

test('another organization is another connection @desktop', async ({ page }) => {
  await signUp(page)
  await call(page, 'POST', '/api/auth/organizations', { name: 'Second Orbit' })
  await openLive(page, '/contacts')
  const again = whenLive(page)
  await page.getByRole('button', { name: 'Organization: Orbit Capital' }).click()
  await page.getByRole('menuitemradio', { name: /Second Orbit/ }).click()
  await ready(page, 'Dashboard')
  await again
  await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click()
  await expect(page.getByRole('heading', { name: 'No contacts yet' })).toBeVisible()
  await addContact(page, { name: 'Of the second' })
  await expect(page.getByRole('link', { name: 'Of the second' })).toBeVisible({ timeout: 3000 })
})

for (const { name, ...look } of LOOKS)
  test(`the light is accessible: ${name}`, async ({ page }) => {
    await signUp(page, look)
    await openLive(page, '/contacts')
    const words = look.locale === 'ru' ? 'На связи' : 'Live'
    if (isPhone(page)) {
      await page.getByRole('button', { name: /^(More|Ещё)$/ }).click()
      await expect(page.getByRole('dialog').getByText(words, { exact: true })).toBeVisible()
    } else {
      await page.getByRole('img', { name: words, exact: true }).hover()
      await expect(page.locator('[data-tip-popup]')).toBeVisible()
    }
    await expectAccessible(page)
  })

test.describe('Socket.IO for programs @desktop', () => {
  test('refuses who is nobody', async ({ page }) => {
    await signUp(page)
    const { cookie, csrf } = await cookiesOf(page)
    await expect(connect({})).rejects.toThrow('auth.required')
    await expect(connect({ token: 'nonsense' })).rejects.toThrow('auth.token')
    await expect(connect({}, { cookie })).rejects.toThrow('csrf.invalid')
    await expect(connect({ csrf: `${csrf}x` }, { cookie })).rejects.toThrow('csrf.invalid')
    const client = await connect({ csrf }, { cookie })
    client.socket.disconnect()
  })

  test('rooms: one’s own, and no others', async ({ page, browser }) => {
    const me = await signUp(page)
    const strangerPage = await (await browser.newContext()).newPage()
    const stranger = await signUp(strangerPage)
    const client = await connect({ token: await tokenOf(me.email) })
    const board = `board:${(await pipelineOf(page)).id}`
    expect(await ask(client, 'join', board)).toEqual({ ok: true, rooms: [board] })
    const foreign = `team:${stranger.organizationId}`
    expect(await ask(client, 'join', foreign)).toEqual({ ok: false, code: 'room.forbidden', rooms: [foreign] })
    const theirs = `board:${(await pipelineOf(strangerPage)).id}`
    expect(await ask(client, 'join', [theirs])).toMatchObject({ ok: false, code: 'room.forbidden' })
    const nowhere = `board:${crypto.randomUUID()}`
    expect(await ask(client, 'join', nowhere)).toMatchObject({ ok: false, code: 'room.forbidden' })
    expect(await ask(client, 'join', { rooms: 7 })).toMatchObject({ ok: false, code: 'request.malformed' })

    await addContact(strangerPage, { name: 'None of your business' })
    await addContact(page, { name: 'Elena Sokolova' })
    await expect.poll(() => client.events.map((e) => e.type)).toContain('contact.created')
    expect(client.events.every((e) => e.organizationId === me.organizationId)).toBe(true)
    expect(client.events.filter((e) => e.type === 'contact.created')).toHaveLength(1)
    client.socket.disconnect()
    await strangerPage.context().close()
  })

  test('who resumes gets what was missed, once and in order', async ({ page }) => {
    const { email } = await signUp(page)
    const token = await tokenOf(email)
    const before = await connect({ token })
    const first = await addContact(page, { name: 'Heard' })
    await expect.poll(() => before.events.some((e) => e.subject.ids.includes(first.id))).toBe(true)
    const after = before.events.at(-1)?.seq
    before.socket.disconnect()
    const missed: string[] = []
    for (let i = 1; i <= 30; i++) missed.push((await addContact(page, { name: `Missed ${i}` })).id)
    const again = await connect({ token, after })
    const last = await addContact(page, { name: 'Live' })
    await expect.poll(() => again.events.some((e) => e.subject.ids.includes(last.id))).toBe(true)
    expect(again.events.map((e) => e.subject.ids)).toEqual([...missed, last.id].map((id) => [id]))
    const seqs = again.events.map((e) => e.seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    again.socket.disconnect()
  })

  test('who sends too much is told so', async ({ page }) => {
    const { email } = await signUp(page)
    const client = await connect({ token: await tokenOf(email) })
    const answers = await Promise.all(Array.from({ length: 300 }, () => ask(client, 'leave', [])))
    const refused = answers.filter((a) => a.code === 'rate.limited')
    expect(refused.length).toBeGreaterThanOrEqual(50)
    expect(answers.filter((a) => a.ok).length).toBeGreaterThanOrEqual(240)
    client.socket.disconnect()
  })

  test('a session that is closed ends its connection', async ({ page }) => {
    const { email } = await signUp(page)
    const client = await connect({ token: await tokenOf(email) })
    const gone = new Promise((resolve) => client.socket.on('disconnect', resolve))
    await call(page, 'DELETE', '/api/auth/sessions')
    await gone
    expect(client.closed).toEqual(['session.revoked'])
  })
})

test('EventSource: deals as they happen, and after a break what was missed', async ({ page }) => {
  await signUp(page)
  await page.goto('/contacts')
  const listen = (after?: string) =>
    page.evaluate((after) => {
      type Heard = { id: string; type: string; ids: string[] }
      const heard: Heard[] = []
      const source = new EventSource(`/api/v1/streams/deals${after ? `?after=${after}` : ''}`)
      for (const type of ['deal.created', 'deal.stage.changed'])
        source.addEventListener(type, (e) =>
          heard.push({ id: e.lastEventId, type: e.type, ids: JSON.parse(e.data).subject.ids }),
        )
      Object.assign(window, { heard, source })
      return new Promise<void>((resolve) => source.addEventListener('open', () => resolve()))
    }, after)
  const heard = () =>
    page.evaluate(() => (window as unknown as { heard: { id: string; type: string; ids: string[] }[] }).heard)
  await listen()
  const [first = ''] = await addDeals(page, 'Lead', ['First'])
  await expect.poll(async () => (await heard()).map((e) => e.ids)).toEqual([[first]])
  const [{ id: at, type } = { id: '', type: '' }] = await heard()
  expect(type).toBe('deal.created')
  expect(Number(at)).toBeGreaterThan(0)
  await page.evaluate(() => (window as unknown as { source: EventSource }).source.close())
  const missed = await addDeals(page, 'Lead', ['Second', 'Third'])
  await listen(at)
  await expect.poll(async () => (await heard()).flatMap((e) => e.ids)).toEqual(missed)
  const old = await page.evaluate(async () => {
    const stop = new AbortController()
    const answer = await fetch('/api/v1/streams/crm', { signal: stop.signal })
    const told = [answer.status, answer.headers.get('deprecation'), answer.headers.get('link')]
    stop.abort()
    return told
  })
  expect(old).toEqual([200, expect.stringMatching(/^@\d+$/), expect.stringContaining('/streams/deals')])
})
