import { apiPath, type Query } from './api'
import type { CrmRecord, FieldId, Kind } from './fields'
import { read } from './fields'

/** All that match: the server streams the file. */
export function exportMatching(kind: Kind, { search, filter, sort }: Query, columns: readonly FieldId[]) {
  const query = { search, filter, sort, columns: exportColumns(columns).join() }
  void import('@/shared/session/confirmed').then((m) => m.downloadConfirmed(`${apiPath(kind)}/export.csv`, query))
}
const NAMED: Partial<Record<FieldId, string>> = { companyId: 'companyName', ownerId: 'ownerName' }
const exportColumns = (columns: readonly FieldId[]) => columns.map((c) => NAMED[c] ?? c)

/** Chosen rows are all here: the file is made on the spot, in the shape of the server's. */
export function exportRows(kind: Kind, rows: readonly CrmRecord[], columns: readonly FieldId[]) {
  const url = URL.createObjectURL(new Blob([`\ufeff${toCsv(rows, columns)}`], { type: 'text/csv;charset=utf-8' }))
  const a = document.createElement('a')
  a.href = url
  a.download = kind === 'contact' ? 'contacts.csv' : 'companies.csv'
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
export function toCsv(rows: readonly CrmRecord[], columns: readonly FieldId[]): string {
  const names = exportColumns(columns)
  const lines = rows.map((r) => columns.map((c) => quoted(text(r, c))).join(','))
  return [names.join(','), ...lines, ''].join('\r\n')
}
function text(r: CrmRecord, c: FieldId): string {
  const v = c === 'companyId' ? r.companyName : c === 'ownerId' ? r.ownerName : read(r, c)
  if (v === null || v === undefined) return ''
  if (Array.isArray(v)) return v.join('; ')
  return typeof v === 'object' ? JSON.stringify(v) : String(v)
}
/** Quotes where needed; a leading = + - @ would be run as a formula by spreadsheets (phone numbers stay as they are). */
function quoted(s: string): string {
  const safe = /^[=@\t\r]|^[+-](?![\d\s()-]+($|;))/.test(s) ? `'${s}` : s
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
