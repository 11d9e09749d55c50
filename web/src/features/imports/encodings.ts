/** Names of the WHATWG encoding standard, the likely ones first. */
export const ENCODINGS = [
  'UTF-8',
  'windows-1251',
  'UTF-16LE',
  'UTF-16BE',
  'windows-1252',
  'KOI8-R',
  'IBM866',
  'x-mac-cyrillic',
  'ISO-8859-5',
  'windows-1250',
] as const

const plain = (s: string) => s.toLowerCase().replace(/[^a-z0-9]/g, '')
/** What the server calls it, as one of the list; another one joins the list. */
export function encodingOf(name: string): string {
  return ENCODINGS.find((e) => plain(e) === plain(name)) ?? name
}
