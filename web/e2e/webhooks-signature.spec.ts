import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { call, signUp } from './support/api'
import { addContact } from './support/records'

type Received = { headers: Record<string, string>; body: string }

/** A receiver of webhooks as somebody else would write one. */
async function receiver() {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body })
      response.end('thanks')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, server }
}

test.describe('webhooks @desktop', () => {
  test('are verified by the library of Standard Webhooks, before and after a rotation', async ({ page }) => {
    await signUp(page)
    const { received, url, server } = await receiver()
    const webhook = await call<{ id: string; secret: string }>(page, 'POST', '/api/v1/webhooks', {
      url,
      types: ['contact.created'],
    })
    const next = async (count: number) => {
      await addContact(page, { name: `Elena Sokolova ${count}` })
      await expect.poll(() => received.length).toBe(count)
      return received[count - 1] as Received
    }
    const first = await next(1)
    const told = new Webhook(webhook.secret).verify(first.body, first.headers) as { type: string; data: { id: string } }
    expect(told.type).toBe('contact.created')
    expect(told.data.id).toBe(first.headers['webhook-id'])
    expect(() => new Webhook(webhook.secret).verify(first.body.replace('contact', 'deal'), first.headers)).toThrow(
      WebhookVerificationError,
    )

    const path = `/api/v1/webhooks/${webhook.id}/secret`
    const graceful = await call<{ secret: string }>(page, 'POST', path, { graceHours: 1 })
    const second = await next(2)
    for (const secret of [webhook.secret, graceful.secret]) new Webhook(secret).verify(second.body, second.headers)

    const abrupt = await call<{ secret: string }>(page, 'POST', path, { graceHours: 0 })
    const third = await next(3)
    new Webhook(abrupt.secret).verify(third.body, third.headers)
    expect(() => new Webhook(graceful.secret).verify(third.body, third.headers)).toThrow(WebhookVerificationError)
    server.close()
  })
})
