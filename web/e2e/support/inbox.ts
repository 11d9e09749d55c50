import { expect, type Locator, type Page } from '@playwright/test'
import { call } from './api'
import { dialog } from './page'

/** Numbers that end in 2 have a password, those in 13 are banned. */
export const SANDBOX = { code: '22222', password: 'rapport', banned: '+99966 2 0013' }
/** Of nobody else: whoever signs in with the same number shares the account, and hears what the others write. */
export const sandboxPhone = () =>
  `+99966${Math.floor(Math.random() * 1e7)
    .toString()
    .padStart(7, '0')}2`
export type AccountOf = { id: string; name: string; status: string; isConnected: boolean; version: number }
export type ChatOf = {
  id: string
  title: string
  state: string
  unread: number
  assigneeId: string | null
  dealIds: string[]
  contactId: string | null
  version: number
}
type DialogOf = { chatId: string; kind: string; title: string }

export const accountsNow = (page: Page) =>
  call<{ items: AccountOf[] }>(page, 'GET', '/api/bd-accounts').then((r) => r.items)
export const chatsNow = (page: Page, queue = 'all') =>
  call<{ items: ChatOf[] }>(page, 'GET', `/api/messaging/inbox?queue=${queue}`).then((r) => r.items)
export const chatNow = (page: Page, id: string) => call<ChatOf>(page, 'GET', `/api/messaging/chats/${id}`)

/** A sandbox account that is connected, by the routes alone. */
export async function connectSandbox(page: Page, phone = sandboxPhone()): Promise<AccountOf> {
  const { account } = await call<{ account: AccountOf }>(page, 'POST', '/api/bd-accounts/connect', {
    network: 'sandbox',
    phone,
  })
  const taken = await call<{ account: AccountOf }>(page, 'POST', `/api/bd-accounts/${account.id}/code`, {
    code: SANDBOX.code,
  })
  if (taken.account.status === 'password_required')
    await call(page, 'POST', `/api/bd-accounts/${account.id}/password`, { password: SANDBOX.password })
  await expect.poll(async () => (await accountsNow(page)).find((a) => a.id === account.id)?.isConnected).toBe(true)
  return account
}
/** … that reads all its private chats. */
export async function connectWithChats(page: Page, phone = sandboxPhone()) {
  const account = await connectSandbox(page, phone)
  let dialogs: DialogOf[] = []
  await expect
    .poll(async () => {
      const path = `/api/bd-accounts/${account.id}/dialogs?kind=private&limit=100`
      dialogs = (await call<{ items: DialogOf[] }>(page, 'GET', path)).items
      return dialogs.length
    })
    .toBeGreaterThan(0)
  await call(page, 'POST', `/api/bd-accounts/${account.id}/sync-chats`, {
    chats: dialogs.map(({ chatId }) => ({ chatId })),
    days: null,
  })
  await call(page, 'POST', `/api/bd-accounts/${account.id}/sync-start`)
  await expect
    .poll(
      async () => (await call<{ state: string }>(page, 'GET', `/api/bd-accounts/${account.id}/sync-status`)).state,
      {
        timeout: 60_000,
      },
    )
    .toBe('done')
  return { account, dialogs }
}

/** Those of the sandbox who answer within seconds, whatever they are written. */
export const EAGER = new Set([
  ...['Анна Соколова', 'Игорь Лебедев', 'Ольга Павлова', 'Наталья Голубева', 'Роман Воробьёв', 'Светлана Беляева'],
  ...['Ирина Белова', 'Артём Киселёв', 'James Carter', 'Michael Brown', 'Laura Hughes', 'Lucas Martin', 'Tom Fischer'],
])
export async function eagerChat(page: Page): Promise<ChatOf> {
  const chat = (await chatsNow(page)).find((c) => EAGER.has(c.title))
  if (!chat) throw new Error('nobody in the sandbox answers within seconds')
  return chat
}

export const chatRow = (page: Page, title: string | RegExp): Locator =>
  page
    .getByRole('list', { name: /^(Conversations|Чаты)$/ })
    .getByRole('listitem')
    .filter({ hasText: title })
export const thread = (page: Page): Locator => page.locator('[data-thread]')
export const composer = (page: Page): Locator => page.getByRole('textbox', { name: /^(Message|Сообщение)$/ })
export const bubble = (page: Page, text: string | RegExp): Locator =>
  thread(page).getByRole('article').filter({ hasText: text })

/** The first steps of the wizard, up to the code, or to what is said against the number. */
export async function beginWizard(page: Page, phone = sandboxPhone(), refusal?: RegExp) {
  await page.goto('/accounts')
  await page.getByRole('button', { name: 'Connect an account' }).first().click()
  await dialog(page)
    .getByRole('radio', { name: /Sandbox/ })
    .check({ force: true })
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await dialog(page).getByRole('textbox', { name: /Phone/ }).fill(phone)
  await dialog(page).getByRole('button', { name: 'Send the code' }).click()
  if (refusal) await expect(dialog(page).getByText(refusal)).toBeVisible()
  else await expect(dialog(page).getByRole('heading', { name: 'Enter the code' })).toBeVisible()
}
