import type { ImportPreview } from '@/api/gen/types.gen'

export type RowKind = 'preamble' | 'header' | 'data'
export type PreviewRow = { line: number; kind: RowKind; cells: readonly string[] }
/** What `headerRow` is when the first row is a record already. */
export const NO_HEADER = -1

export const kindOfLine = (line: number, headerRow: number): RowKind =>
  line < headerRow ? 'preamble' : line === headerRow ? 'header' : 'data'

/** The first lines of the file, each marked. A heading that stands further down is put at the end. */
export function layout({ rows, headerRow, columns }: ImportPreview): PreviewRow[] {
  const lines = rows.map((cells, line): PreviewRow => ({ line, cells, kind: kindOfLine(line, headerRow) }))
  return headerRow < lines.length
    ? lines
    : [...lines, { line: headerRow, kind: 'header', cells: columns.map((c) => c.header) }]
}

export const width = (rows: readonly PreviewRow[]) => Math.max(1, ...rows.map((r) => r.cells.length))

/** Lines below the heading that hold anything at all. */
export const dataRows = (p: ImportPreview) =>
  layout(p).filter((r) => r.kind === 'data' && r.cells.some((c) => c.trim() !== ''))

/** Whether the file itself names the column; else the server made up “Column 3”. */
export const isNamed = ({ rows, headerRow }: ImportPreview, index: number) =>
  headerRow >= rows.length || (rows[headerRow]?.[index] ?? '').trim() !== ''
