import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Hears, openConnection } from './connection'

type On = (...args: never[]) => void
/** What the library gives: the test plays the server. */
class FakeSocket {
  connected = false
  tries = 0
  handlers = new Map<string, On>()
  io = { on: () => {} }
  on(name: string, handler: On) {
    this.handlers.set(name, handler)
  }
  connect() {
    this.tries += 1
  }
  disconnect() {
    this.connected = false
  }
  /** From the server. */
  say(name: string, ...args: unknown[]) {
    if (name === 'ready') this.connected = true
    if (name === 'disconnect') this.connected = false
    this.handlers.get(name)?.(...(args as never[]))
  }
  auth: (send: (greeting: { after?: number }) => void) => void = () => {}
  greeting() {
    let said: { after?: number } = {}
    this.auth((greeting) => {
      said = greeting
    })
    return said
  }
}
let socket: FakeSocket
vi.mock('socket.io-client', () => ({
  io: (options: { auth: FakeSocket['auth'] }) => {
    socket = new FakeSocket()
    socket.auth = options.auth
    return socket
  },
}))

const event = (seq: number) => ({ seq, type: 'contact.created' })
let hears: { [K in keyof Hears]: ReturnType<typeof vi.fn<Hears[K]>> }
let connection: ReturnType<typeof openConnection>
beforeEach(() => {
  vi.useFakeTimers()
  hears = {
    light: vi.fn(),
    ready: vi.fn(),
    event: vi.fn(),
    presence: vi.fn(),
    typing: vi.fn(),
    reset: vi.fn(),
    hasSession: vi.fn(async () => true),
  }
  connection = openConnection(hears)
  socket.say('ready', { seq: 7 })
})
afterEach(() => {
  connection.stop()
  vi.useRealTimers()
})
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('begins with now, and resumes after the event seen last', async () => {
  expect(hears.ready).toHaveBeenCalledWith(7, false)
  socket.say('event', event(9))
  socket.say('disconnect', 'transport close')
  expect(hears.light).toHaveBeenLastCalledWith('connecting')
  await after(1000)
  expect(socket.tries).toBe(2)
  expect(socket.greeting().after).toBe(9)
  socket.say('ready', { seq: 9 })
  expect(hears.ready).toHaveBeenLastCalledWith(9, true)
  expect(hears.light).toHaveBeenLastCalledWith('live')
})

it('tries longer and longer, and says that it is not live', async () => {
  socket.say('disconnect', 'transport close')
  for (let i = 0; i < 6; i++) {
    await after(30_000)
    socket.say('connect_error', new Error('websocket error'))
  }
  expect(hears.light).toHaveBeenLastCalledWith('offline')
  // A try that failed leaves it to HTTP to find out whether the server answers.
  expect(hears.hasSession).toHaveBeenCalledTimes(6)
  const { tries } = socket
  connection.wake()
  expect(socket.tries).toBe(tries + 1)
})

it('after a reset it goes on from there', () => {
  socket.say('reset', { seq: 50 })
  expect(hears.reset).toHaveBeenCalledOnce()
  expect(socket.greeting().after).toBe(50)
})

it('a closed session is asked about, and without one nobody knocks', async () => {
  hears.hasSession.mockResolvedValue(false)
  socket.say('closing', { reason: 'session.revoked' })
  socket.say('disconnect', 'io server disconnect')
  await after(120_000)
  expect(hears.hasSession).toHaveBeenCalledOnce()
  expect(socket.tries).toBe(1)
  connection.wake() // signed in again
  expect(socket.tries).toBe(2)
})

it('asks what the person may do now when that has changed, and comes back', async () => {
  socket.say('closing', { reason: 'access.changed' })
  socket.say('disconnect', 'io server disconnect')
  expect(hears.hasSession).toHaveBeenCalledOnce()
  await after(1000)
  expect(socket.tries).toBe(2)
})

it('gives its place to others until it is looked at', async () => {
  socket.say('closing', { reason: 'connections.too_many' })
  socket.say('disconnect', 'io server disconnect')
  await after(600_000)
  expect(socket.tries).toBe(1)
  connection.wake()
  expect(socket.tries).toBe(2)
})

it('trusts no line that was silent through a sleep', async () => {
  connection.wake()
  expect(socket.tries).toBe(1)
  await after(45_000)
  connection.wake()
  expect(socket.tries).toBe(2)
})

it('once stopped it stays silent', async () => {
  connection.stop()
  socket.say('disconnect', 'transport close')
  await after(60_000)
  expect(socket.tries).toBe(1)
})
