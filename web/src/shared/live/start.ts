import type { QueryClient } from '@tanstack/react-query'
import { listEvents } from '@/api/gen/sdk.gen'
import { useConnection } from '@/shared/api/connection'
import { isApiError } from '@/shared/api/errors'
import { isOwn } from '@/shared/api/writes'
import { sessionOptions, useSessionExpired } from '@/shared/session/session-query'
import { openConnection } from './connection'
import { effectsOf, type LiveEvent } from './effects'
import { tellNews } from './news'
import { heardPresence, lineIsDown, lineIsUp } from './presence'
import { createRefresher, type Refresher } from './refresher'
import { useLive } from './store'
import { heardTyping } from './typing'

/** What was missed comes right after the connection does. */
const RESUME_MS = 1000
/** Long enough to be read. */
const SHOWN_MS = 1200
/** Positions of all organizations: more than happen while a page loads. */
const BEFORE = 200

/** Keeps what is on screen up to date with what others do, until stopped. `since`: when the page began to load. */
export function startLive(qc: QueryClient, since: number): () => void {
  const refresher = createRefresher(qc)
  const catching = createCatchUp(refresher)
  let begun = false
  const hear = (event: LiveEvent) => {
    // What this tab has done may be told to oneself all the same: an import that is done.
    if (!isNews(event) && isMine(event)) return
    refresher.add(effectsOf(event))
    tellNews(event)
  }
  const connection = openConnection({
    light: (light) => useLive.setState({ light }),
    ready: (seq, resumed) => {
      if (resumed) catching.resumed()
      lineIsUp(connection.ask)
      if (!begun) void happenedMeanwhile(seq, since).then((events) => events.forEach(hear))
      begun = true
    },
    event: (event) => {
      hear(event)
      catching.heard()
    },
    presence: heardPresence,
    typing: heardTyping,
    reset: () => {
      void qc.invalidateQueries()
      catching.heard(true)
    },
    hasSession: () => hasSession(qc),
  })
  const off = new AbortController()
  const on = { signal: off.signal }
  const wake = () => connection.wake()
  addEventListener('online', wake, on)
  addEventListener('focus', wake, on)
  addEventListener('pageshow', wake, on)
  document.addEventListener('visibilitychange', wake, on)
  // A server in the house may be there without the internet.
  const doubt = () => void hasSession(qc).then((there) => there === null && connection.drop())
  addEventListener('offline', doubt, on)
  const stops = [
    useConnection.subscribe((now, before) => now.online && !before.online && wake()),
    useSessionExpired.subscribe((now, before) => !now.expired && before.expired && wake()),
  ]
  return () => {
    off.abort()
    for (const stop of stops) stop()
    connection.stop()
    lineIsDown()
    refresher.stop()
    catching.stop()
    useLive.setState({ light: 'connecting', catchingUp: false })
  }
}

/** Done by this tab, which shows it already. What follows from it elsewhere is news. */
const isMine = ({ cause }: LiveEvent) => isOwn(cause.requestId) && !cause.eventId && !cause.batchId

const isNews = ({ type }: LiveEvent) => type === 'notification.created'

async function hasSession(qc: QueryClient): Promise<boolean | null> {
  try {
    await qc.fetchQuery({ ...sessionOptions(), staleTime: 0, retry: false })
    return true
  } catch (e) {
    return isApiError(e) && e.status === 401 ? false : null
  }
}

/** Between the first answers to the page and the first word of the socket. */
async function happenedMeanwhile(seq: number, since: number): Promise<LiveEvent[]> {
  const query = { after: Math.max(0, seq - BEFORE), limit: BEFORE }
  try {
    const { data } = await listEvents({ query, throwOnError: true })
    return data.items.filter((e) => Date.parse(e.occurredAt) >= since)
  } catch {
    return [] // the page is as fresh as its answers
  }
}

/** Says that one catches up when there is something to catch up with, and not for less than can be read. */
function createCatchUp(refresher: Refresher) {
  let until = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    if (refresher.isIdle()) useLive.setState({ catchingUp: false })
    else timer = setTimeout(look, 200)
  }
  return {
    resumed: () => {
      until = Date.now() + RESUME_MS
    },
    heard: (surely = false) => {
      if (useLive.getState().catchingUp || (!surely && Date.now() > until)) return
      useLive.setState({ catchingUp: true })
      timer = setTimeout(look, SHOWN_MS)
    },
    stop: () => clearTimeout(timer),
  }
}
