import { isApiError } from '@/shared/api/errors'
import type { FileKind } from './file-check'

export type Problem =
  | { kind: Exclude<FileKind, 'csv'> | 'notText' | 'tooLarge' | 'interrupted' }
  | { kind: 'other'; error: unknown }

type Known = Exclude<Problem['kind'], 'other'>
const KINDS: Partial<Record<string, Known>> = {
  'import.empty': 'empty',
  'import.not_text': 'notText',
  'import.spreadsheet': 'workbook',
  'import.archive': 'archive',
  'import.too_large': 'tooLarge',
}
/** What to tell about a failed upload. `sent`: a connection that breaks in the middle is not a missing one. */
export function problemOf(e: unknown, sent: number): Problem {
  if (isApiError(e)) {
    const kind = KINDS[e.code]
    if (kind) return { kind }
    if (e.status === 413) return { kind: 'tooLarge' }
    if (e.isNetwork && sent > 0) return { kind: 'interrupted' }
  }
  return { kind: 'other', error: e }
}
