import { type Browser, expect, type Page, type TestInfo } from '@playwright/test'
import { io, type Socket } from 'socket.io-client'
import { PASSWORD } from './api'

const BASE = process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:3000'

/** Resolves when the page's socket has been told that it hears what happens. To be called before the page is opened. */
export function whenLive(page: Page): Promise<void> {
  return new Promise((resolve) =>
    page.on('websocket', (ws) => {
      if (!ws.url().includes('/socket.io')) return
      ws.on('framereceived', ({ payload }) => {
        if (String(payload).includes('["ready"')) resolve()
      })
    }),
  )
}
export async function openLive(page: Page, path: string) {
  const live = whenLive(page)
  await page.goto(path)
  await live
}

/** The same person at another window, with cookies of its own. */
export async function anotherWindow(browser: Browser, page: Page, info: TestInfo): Promise<Page> {
  const context = await browser.newContext(info.project.use)
  await context.addCookies(await page.context().cookies())
  return context.newPage()
}

export type Told = { seq: number; type: string; subject: { ids: string[]; count: number }; organizationId: string }
export type Answer = { ok: boolean; code?: string; rooms?: string[] }
export type Client = { socket: Socket; events: Told[]; closed: string[]; ready: number }

/** A program's connection; throws with the code when it is refused. */
export async function connect(auth: object, headers: Record<string, string> = {}): Promise<Client> {
  const socket = io(BASE, {
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  })
  const client: Client = { socket, events: [], closed: [], ready: -1 }
  socket.on('event', (e: Told) => client.events.push(e))
  socket.on('closing', ({ reason }: { reason: string }) => client.closed.push(reason))
  await new Promise<void>((resolve, reject) => {
    socket.on('connect_error', (e) => reject(new Error(e.message)))
    socket.on('ready', ({ seq }: { seq: number }) => {
      client.ready = seq
      resolve()
    })
  }).catch((e: unknown) => {
    socket.disconnect()
    throw e
  })
  return client
}
export const ask = (client: Client, what: string, data: unknown): Promise<Answer> =>
  client.socket.timeout(5000).emitWithAck(what, data) as Promise<Answer>

export const cookiesOf = async (page: Page) => {
  const all = await page.context().cookies()
  return {
    cookie: all.map((c) => `${c.name}=${c.value}`).join('; '),
    csrf: all.find((c) => c.name.endsWith('rapport_csrf'))?.value ?? '',
  }
}
/** A session of a program. */
export async function tokenOf(email: string): Promise<string> {
  const answer = await fetch(new URL('/api/auth/signin', BASE), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'A program' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { accessToken: string }).accessToken
}
