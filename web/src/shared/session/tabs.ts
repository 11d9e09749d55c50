// The cookie belongs to the whole browser: what one tab does to the session, the others must know.
export type SessionEvent =
  | { type: 'opened'; userId: string; organizationId: string }
  /** It looks as somebody else now, or no longer. */
  | { type: 'viewing' }
  | { type: 'ended' }

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('rapport.session')

export function tellTabs(event: SessionEvent) {
  channel?.postMessage(event)
}

export function hearTabs(on: (event: SessionEvent) => void): () => void {
  const listen = (e: MessageEvent<SessionEvent>) => on(e.data)
  channel?.addEventListener('message', listen)
  return () => channel?.removeEventListener('message', listen)
}
