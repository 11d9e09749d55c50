// Mail services of everybody: their names say nothing about an organization.
const PUBLIC =
  /^(gmail|googlemail|yahoo|ymail|outlook|hotmail|live|msn|icloud|me|mac|aol|gmx|web|proton|protonmail|pm|zoho|fastmail|tutanota|mail|inbox|list|bk|internet|ya|yandex|rambler|lenta|autorambler|myrambler|ro|qq|163|126|naver|seznam|wp|o2|orange|laposte|free|libero|t-online|ukr|i|meta|tut|hey|duck|example)$/
const SECOND_LEVEL = /^(co|com|net|org|gov|edu|ac|or|ne|in|msk|spb)$/

/** `anna@polar-freight.co.uk` → “Polar Freight”; undefined for a mailbox of a public service. */
export function organizationFrom(email: string): string | undefined {
  const domain = /^[^@\s]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i.exec(email.trim())?.[1]?.toLowerCase()
  if (!domain) return undefined
  const parts = domain.split('.')
  parts.pop()
  if (parts.length > 1 && SECOND_LEVEL.test(parts.at(-1) ?? '')) parts.pop()
  const name = parts.at(-1) ?? ''
  if (PUBLIC.test(name) || name.startsWith('xn--')) return undefined
  const words = name.split('-').filter(Boolean)
  const label = words.map((w) => (words.length === 1 && w.length <= 3 ? w.toUpperCase() : capital(w))).join(' ')
  return label || undefined
}
const capital = (w: string) => w.charAt(0).toUpperCase() + w.slice(1)
