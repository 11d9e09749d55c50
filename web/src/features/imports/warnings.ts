export const WARNINGS = [
  'undecodable_bytes',
  'single_column',
  'no_header',
  'header_uncertain',
  'duplicate_headers',
  'empty_headers',
  'rows_wider_than_header',
  'no_rows', // ours: the preview shows it
] as const
export type Warning = (typeof WARNINGS)[number]

/** That lines above the heading are passed over is seen in the table itself: no warning of ours. */
const SEEN = ['preamble_skipped']

/** The codes worth a word; a code that is new to us is kept, to be shown as it is. */
export const worthSaying = (codes: readonly string[]) => codes.filter((c) => !SEEN.includes(c))
export const knownWarning = (code: string): Warning | null => WARNINGS.find((w) => w === code) ?? null
