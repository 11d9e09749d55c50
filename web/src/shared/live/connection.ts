import { io } from 'socket.io-client'
import { csrfToken } from '@/shared/api/csrf'
import { nextStep } from './backoff'
import type { LiveEvent } from './effects'
import type { Presence } from './presence'
import type { Light } from './store'
import type { Typing } from './typing'

/**
 * One socket, for as long as somebody is signed in to one organization: connects again by itself and resumes after the
 * event it has seen last.
 */
export type Hears = {
  light: (light: Light) => void
  /** `resumed`: after a break; what was missed follows. */
  ready: (seq: number, resumed: boolean) => void
  event: (event: LiveEvent) => void
  /** Who is there has changed. */
  presence: (presence: Presence) => void
  /** Somebody types. */
  typing: (typing: Typing) => void
  /** What was missed is no longer kept. */
  reset: () => void
  /** Asks over HTTP whether there is a session: false when there is none, null when nobody answers. */
  hasSession: () => Promise<boolean | null>
}

/** The server pings every 30 seconds: after a sleep, silence says that the line is gone. */
const SILENCE_MS = 40_000
const CONNECT_MS = 10_000
/** A try that began before a sleep is not worth waiting for. */
const SLOW_MS = 3000
const ANSWER_MS = 5000
/** After so many tries the light says what is the case. */
const PATIENT_TRIES = 2

export function openConnection(hears: Hears) {
  let after: number | undefined
  let attempt = 0
  let heard = Date.now()
  let closing: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  /** When the try that is under way began. */
  let trying: number | null = null
  const socket = io({
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnection: false,
    autoConnect: false,
    forceNew: true,
    timeout: CONNECT_MS,
    auth: (send) => send({ csrf: csrfToken() ?? undefined, after }),
  })

  const connect = () => {
    clearTimeout(timer)
    if (stopped || socket.connected) return
    closing = null
    trying = Date.now()
    socket.connect()
  }
  const later = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(connect, ms)
  }
  /** The line is gone, or was refused. */
  const lost = async (why: string) => {
    trying = null
    if (stopped) return
    // What one may do has changed, or as whom one looks: the session tells.
    if (why === 'access.changed') void hears.hasSession()
    const step = nextStep(why, attempt)
    attempt += 1
    hears.light(step.kind === 'whenSeen' || attempt > PATIENT_TRIES ? 'offline' : 'connecting')
    clearTimeout(timer)
    if (step.kind === 'whenSeen') return
    if (step.kind === 'again') later(step.afterMs)
    // Without a session the page asks to sign in again; `wake` comes after it.
    else if ((await hears.hasSession()) !== false && !stopped) later(step.afterMs)
  }
  const touch = () => {
    heard = Date.now()
  }
  socket.on('ready', ({ seq }: { seq: number }) => {
    const resumed = after !== undefined
    after = Math.max(after ?? 0, seq)
    attempt = 0
    trying = null
    touch()
    hears.light('live')
    hears.ready(seq, resumed)
  })
  socket.on('reset', ({ seq }: { seq: number }) => {
    after = seq
    hears.reset()
  })
  socket.on('event', (event: LiveEvent) => {
    after = Math.max(after ?? 0, event.seq)
    touch()
    hears.event(event)
  })
  socket.on('presence', (presence: Presence) => hears.presence(presence))
  socket.on('typing', (typing: Typing) => hears.typing(typing))
  socket.on('closing', ({ reason }: { reason: string }) => {
    closing = reason
  })
  socket.on('disconnect', (why) => {
    if (why !== 'io client disconnect') void lost(closing ?? 'transport')
  })
  socket.on('connect_error', (e) => {
    // Refused by the server: in words of its own. Else nobody is there, which HTTP finds out better.
    const refused = /^[a-z]+\.[a-z_]+$/.test(e.message)
    if (!refused) void hears.hasSession()
    void lost(refused ? e.message : 'transport')
  })
  socket.io.on('ping', touch)
  connect()

  return {
    /** Asks the server; rejects when there is no line or no answer. */
    ask: (what: string, data: object): Promise<unknown> =>
      socket.connected ? socket.timeout(ANSWER_MS).emitWithAck(what, data) : Promise.reject(new Error(what)),
    /** The tab is seen again, the network is back, or somebody has signed in again: not a moment to wait. */
    wake: () => {
      if (stopped || document.hidden) return
      if (socket.connected && Date.now() - heard < SILENCE_MS) return
      if (trying !== null && Date.now() - trying < SLOW_MS) return
      socket.disconnect()
      attempt = 0
      hears.light('connecting')
      connect()
    },
    /** Nobody answers any more, whatever the socket believes. */
    drop: () => {
      if (stopped || !socket.connected) return
      socket.disconnect()
      void lost('transport')
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
      socket.disconnect()
    },
  }
}
