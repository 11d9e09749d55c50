/** A session as another program keeps it: what it is, without asking anybody. Pure. */
export type SessionFormat = 'telethon' | 'gramjs'

const KEY = 256
const PORT = 2
/** Both begin with the version of their form; either alphabet, with padding or without. */
function bytesOf(text: string): Uint8Array | null {
  const plain = text.trim()
  if (!plain.startsWith('1')) return null
  try {
    return Uint8Array.from(atob(plain.slice(1).replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  } catch {
    return null
  }
}
/** Telethon: data centre, address in 4 or 16 bytes, port, key. GramJS: the address as text behind its length. */
export function formatOf(text: string): SessionFormat | null {
  const bytes = bytesOf(text)
  const dc = bytes?.[0] ?? 0
  if (!bytes || dc < 1 || dc > 5) return null
  const length = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)
  if (bytes.length === 1 + 2 + length + PORT + KEY && length > 4) return 'gramjs'
  return [4, 16].some((ip) => bytes.length === 1 + ip + PORT + KEY) ? 'telethon' : null
}
