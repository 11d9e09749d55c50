/** How values that are stored in one form are shown in another, and read back from what people type. */

const TWO_DIGIT_CODES = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
)
/** `+79125550011` → `+7 912 555-00-11`; other countries in groups of three and four. */
export function phone(e164: string): string {
  const d = e164.replace(/\D/g, '')
  if (!e164.startsWith('+') || d.length < 8) return e164
  if (d.startsWith('7') && d.length === 11) return `+7 ${d.slice(1, 4)} ${d.slice(4, 7)}-${d.slice(7, 9)}-${d.slice(9)}`
  if (d.startsWith('1') && d.length === 11) return `+1 ${d.slice(1, 4)} ${d.slice(4, 7)}-${d.slice(7)}`
  const code = /^[17]/.test(d) ? 1 : TWO_DIGIT_CODES.has(d.slice(0, 2)) ? 2 : 3
  return `+${d.slice(0, code)} ${groups(d.slice(code))}`
}
/** 79460000 → 7946 0000; a group is never a single digit. */
function groups(d: string): string {
  if (d.length <= 4) return d
  const head = d.length % 4 === 0 ? 4 : d.length === 5 ? 2 : 3
  return `${d.slice(0, head)} ${groups(d.slice(head))}`
}

/** `https://www.example.com/` → `example.com`. */
export const website = (url: string) => url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '')
/** `https://www.linkedin.com/in/anna` → `in/anna`. */
export const linkedin = (url: string) => website(url).replace(/^([a-z]{2,3}\.)?linkedin\.com\//i, '')

/** Only what a browser may open: a stored `javascript:` never becomes a link. */
export function safeHref(url: string): string | undefined {
  return /^https?:\/\//i.test(url) ? url : undefined
}

/** What people paste for a Telegram name: `@name`, `t.me/name`, a link. */
export function telegramName(text: string): string {
  const s = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/^www\./i, '')
  return (/^(?:t\.me|telegram\.me)\/([^/?#]+)/i.exec(s)?.[1] ?? s).replace(/^@/, '')
}
export const webAddress = (text: string) => {
  const s = text.trim()
  return !s || /^[a-z][a-z+.-]*:\/\//i.test(s) ? s : `https://${s}`
}
/** Spaces, dashes and brackets are how people write numbers, not part of them. */
export const phoneDigits = (text: string) => {
  const s = text.replace(/^tel:/i, '').replace(/[\s().\u2010-\u2015-]/g, '')
  return /^8\d{10}$/.test(s) ? `+7${s.slice(1)}` : /^7\d{10}$/.test(s) ? `+${s}` : s.replace(/^00/, '+')
}
export const looksLikeEmail = (s: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(s)
export const looksLikePhone = (s: string) => /^\+\d{7,15}$/.test(phoneDigits(s))
export const looksLikeTelegram = (s: string) => /^\w{4,32}$/.test(telegramName(s))
