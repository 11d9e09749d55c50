import { isApiError } from '@/shared/api/errors'
import type { FileKind } from './file-check'

export type Problem =
  | { kind: Exclude<FileKind, 'csv'> | 'notText' | 'tooLarge' | 'interrupted' }
  | { kind: 'other'; error: unknown }

/** What to tell about a failed upload. `sent`: a connection that breaks in the middle is not a missing one. */
export function problemOf(e: unknown, sent: number): Problem {
  if (isApiError(e)) {
    if (e.code === 'import.empty') return { kind: 'empty' }
    if (e.code === 'import.not_text') return { kind: 'notText' }
    if (e.status === 413) return { kind: 'tooLarge' }
    if (e.isNetwork && sent > 0) return { kind: 'interrupted' }
  }
  return { kind: 'other', error: e }
}
