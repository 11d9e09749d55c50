import { execFileSync } from 'node:child_process'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { addressOf, nodeExample, shellExample } from './example'

const SECRET = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`
const SAID = { title: 'The visitor’s "chat"', name: "Miles O'Brien", text: 'Wie viel? $5 `x` \\ 100%' }
const ADDRESS = addressOf('https://crm.example.com', '0190')

/** Stands for curl: says what it was told, one argument after a NUL. */
const CURL = 'curl() { printf "%s\\0" "$@"; }\n'

it('the example for a shell sends what the library of Standard Webhooks takes', () => {
  const said = execFileSync('sh', ['-c', CURL + shellExample(ADDRESS, SECRET, SAID)], { encoding: 'utf8' })
  const args = said.split('\0')
  expect(args[0]).toBe('https://crm.example.com/api/webhooks/inbound/0190')
  const headers = Object.fromEntries(
    args.filter((_, i) => args[i - 1] === '-H').map((line) => line.split(': ') as [string, string]),
  )
  const body = args[args.indexOf('--data-raw') + 1] ?? ''
  expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
    id: 'message-1',
    chat: { id: 'visitor-17', title: SAID.title },
    sender: { name: SAID.name },
    text: SAID.text,
  })
  expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow()
})

it('the example for Node is a program that signs the same way', async () => {
  const code = nodeExample(ADDRESS, SECRET, SAID)
    .replace(/^import .*$/m, '')
    .replace('const answer = await fetch(', 'return sent(')
    .replace(/console\.log.*\n/, '')
  const run = new Function('Webhook', 'sent', `return (async () => {${code}})()`)
  const [url, init] = (await run(Webhook, (...args: unknown[]) => args)) as [
    string,
    { headers: Record<string, string>; body: string },
  ]
  expect(url).toBe(ADDRESS)
  expect(new Webhook(SECRET).verify(init.body, init.headers)).toMatchObject({ text: SAID.text })
})
