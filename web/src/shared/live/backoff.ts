/** What a client does once a connection has ended or was refused. Pure. */
export type Step = { kind: 'again'; afterMs: number } | { kind: 'whenSeen' } | { kind: 'askSession'; afterMs: number }

const FIRST_MS = 1000
const LONGEST_MS = 30_000
const RATE_MS = 60_000

/** Longer each time, and never at the same moment as everybody else. */
export function delay(attempt: number, random: number) {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random / 2))
}

/** `why`: what the server said in `closing` or in its refusal; anything else is the line itself. */
export function nextStep(why: string, attempt: number, random = Math.random()): Step {
  if (why === 'connections.too_many') return { kind: 'whenSeen' }
  if (why === 'session.revoked' || why.startsWith('auth.'))
    return { kind: 'askSession', afterMs: delay(attempt, random) }
  if (why === 'rate.limited') return { kind: 'again', afterMs: RATE_MS + delay(attempt, random) }
  return { kind: 'again', afterMs: delay(attempt, random) }
}
