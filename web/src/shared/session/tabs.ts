// The cookie belongs to the whole browser: what one tab does to the session, the others must know.
export type SessionEvent =
  /** Signed in again, same person and organization: an open question may close. */
  | { type: 'renewed'; userId: string; organizationId: string }
  /** Another organization or another person: what the other tabs show is not theirs any more. */
  | { type: 'moved'; userId: string; organizationId: string }
  | { type: 'ended' }

const NAME = 'rapport.session'
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(NAME)

export function tellTabs(event: SessionEvent) {
  channel?.postMessage(event)
}

export function hearTabs(on: (event: SessionEvent) => void): () => void {
  const listen = (e: MessageEvent<SessionEvent>) => on(e.data)
  channel?.addEventListener('message', listen)
  return () => channel?.removeEventListener('message', listen)
}
