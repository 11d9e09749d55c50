/** What a service sent the browser back with, in the names of the server. */
export type CameBack = { state: string; code?: string; error?: string; iss?: string; telegram?: string }

/** Out of the address; null where nothing was brought. Read letter by letter: a code of digits is no number. */
export function cameBackWith(search: string, hash: string): CameBack | null {
  const query = new URLSearchParams(search)
  const state = query.get('state')
  if (!state) return null
  const telegram = /(?:^|[#&?])tgAuthResult=([\w\-+/=]*)/.exec(hash)?.[1]
  const given = { code: query.get('code'), error: query.get('error'), iss: query.get('iss'), telegram }
  const known = Object.entries(given).filter(([, value]) => value)
  // Whoever closed the window there comes back with nothing.
  return { state, ...(known.length > 0 ? Object.fromEntries(known) : { error: 'access_denied' }) }
}
