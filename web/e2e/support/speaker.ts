import { expect, type Page } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { call } from './api'

const BASE = process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:3000'
type Channel = { id: string; secret: string; path: string }
type More = { at?: Date; phone?: string }

/** Conversations without a network: a program sends in what people say. */
export async function speaker(page: Page) {
  const channel = await call<Channel>(page, 'POST', '/api/messaging/channels', { name: 'Chat on the site' })
  let n = 0
  return async (who: string, text: string, { at, phone }: More = {}) => {
    const id = `m${++n}`
    const body = JSON.stringify({ id, chat: { id: who, title: who }, sender: { id: who, name: who, phone }, text, at })
    const now = new Date()
    // Without the cookies of the person: it is another program.
    const answer = await fetch(new URL(channel.path, BASE), {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': new Webhook(channel.secret).sign(id, now, body),
      },
    })
    expect(answer.status, await answer.text()).toBe(200)
  }
}
