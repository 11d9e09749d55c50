const KNOWN = ['duplicate_headers', 'no_header', 'replaced_characters', 'uneven_rows', 'one_column', 'no_rows'] as const
export type KnownWarning = (typeof KNOWN)[number]

/** The server's code, however it is written (`import.duplicateHeaders`, `duplicate-headers`), as a key of our texts. */
export function knownWarning(code: string): KnownWarning | null {
  const key = code
    .replace(/^.*\./, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase()
  return KNOWN.find((k) => k === key) ?? null
}
