const KNOWN = ['interrupted', 'storage', 'file_missing', 'internal'] as const
export type Failure = (typeof KNOWN)[number]

/** Why a whole import stopped; what we have no words for is an internal error, shown with its code. */
export function failureOf(code: string | null): Failure {
  const key = (code ?? '').replace(/^.*\./, '')
  return KNOWN.find((k) => k === key) ?? 'internal'
}
