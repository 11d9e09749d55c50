import type {
  CustomField,
  FieldRecordType,
  ImportColumn,
  ImportMapping,
  ImportPreview,
  ImportTarget,
} from '@/api/gen/types.gen'
import { customFieldsNow } from '@/shared/fields/fields'
import { TARGETS, takesSeveral } from './targets'

/** A column that is left out. */
export const SKIP = 'skip'
export type Target = ImportTarget | typeof SKIP
export type Choice = { target: Target; customKey: string }
/** One per column, by the column's place in the preview. */
export type Choices = readonly Choice[]

export const KEY_MAX = 64
/** The heading as the key of a custom field: readable, one line, not too long. */
export const customKeyOf = (header: string) => [...header.trim().replace(/\s+/g, ' ')].slice(0, KEY_MAX).join('').trim()

/** The custom field that a heading names, or whose key it is. */
export function definedFor(header: string, type: FieldRecordType): CustomField | undefined {
  const name = header.trim().toLowerCase()
  return customFieldsNow(type).find((f) => f.name.toLowerCase() === name || f.key.toLowerCase() === name)
}
/** The server's guesses. Of two guesses for one single-valued field the surer wins, the first of equals. */
export function guessed(columns: readonly ImportColumn[], type: FieldRecordType): Choices {
  const winner = new Map<ImportTarget, ImportColumn>()
  for (const c of columns) if (c.guess && c.confidence > (winner.get(c.guess)?.confidence ?? -1)) winner.set(c.guess, c)
  return columns.map((c) => {
    const defined = c.guess && c.guess !== 'custom' ? undefined : definedFor(c.header, type)
    if (defined) return { target: 'custom', customKey: defined.key }
    const ok = c.guess && TARGETS[type].includes(c.guess) && (takesSeveral(c.guess) || winner.get(c.guess) === c)
    return {
      target: ok && c.guess ? c.guess : SKIP,
      customKey: ok && c.guess === 'custom' ? customKeyOf(c.header) : '',
    }
  })
}

export type ColumnProblem =
  | { kind: 'conflict'; target: ImportTarget; with: number }
  | { kind: 'keyEmpty' }
  | { kind: 'keyTaken'; with: number }
export type Problems = {
  /** By the column's place. */
  columns: ReadonlyMap<number, ColumnProblem>
  /** `nothing`: no column is taken; `identity`: a record could not be named. */
  file: 'nothing' | 'identity' | null
}

const IDENTITY: Record<FieldRecordType, readonly Target[]> = {
  contact: ['name', 'firstName', 'lastName', 'email', 'phone', 'telegramUsername'],
  company: ['name'],
  deal: ['title', 'companyName', 'contactName'],
}

export function findProblems(choices: Choices, type: FieldRecordType): Problems {
  const columns = new Map<number, ColumnProblem>()
  const fields = new Map<ImportTarget, number>()
  const keys = new Map<string, number>()
  choices.forEach(({ target, customKey }, i) => {
    if (target === SKIP) return
    if (target === 'custom') {
      const key = customKey.trim().toLowerCase()
      const other = keys.get(key)
      if (!key) columns.set(i, { kind: 'keyEmpty' })
      else if (other !== undefined) columns.set(i, { kind: 'keyTaken', with: other })
      else keys.set(key, i)
      return
    }
    if (takesSeveral(target)) return
    const other = fields.get(target)
    if (other === undefined) fields.set(target, i)
    else {
      columns.set(i, { kind: 'conflict', target, with: other })
      if (!columns.has(other)) columns.set(other, { kind: 'conflict', target, with: i })
    }
  })
  const taken = choices.filter((c) => c.target !== SKIP)
  const file = taken.length === 0 ? 'nothing' : taken.some((c) => IDENTITY[type].includes(c.target)) ? null : 'identity'
  return { columns, file }
}
export const isSound = (p: Problems) => p.file === null && p.columns.size === 0

export function toMapping(choices: Choices, columns: readonly ImportColumn[]): ImportMapping[] {
  return columns.flatMap((c, i): ImportMapping[] => {
    const choice = choices[i]
    if (!choice || choice.target === SKIP) return []
    return choice.target === 'custom'
      ? [{ column: c.index, target: choice.target, customKey: choice.customKey.trim() }]
      : [{ column: c.index, target: choice.target }]
  })
}

/** Choices belong to these headings: a new preview with others starts from its own guesses. */
export const fingerprint = (p: ImportPreview, type: FieldRecordType) =>
  [type, p.headerRow, ...p.columns.map((c) => c.header)].join('\u001f')

/** A, B … Z, AA: how spreadsheets call the column. */
export function columnLetter(i: number): string {
  let s = ''
  for (let n = i + 1; n > 0; n = Math.floor((n - 1) / 26)) s = String.fromCharCode(65 + ((n - 1) % 26)) + s
  return s
}

export type Certainty = 'sure' | 'likely' | 'unsure'
export const certainty = (confidence: number): Certainty =>
  confidence >= 0.9 ? 'sure' : confidence >= 0.7 ? 'likely' : 'unsure'
