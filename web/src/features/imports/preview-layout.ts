import type { ImportPreview } from '@/api/gen/types.gen'

export type PreviewRow = { line: number; kind: 'preamble' | 'header' | 'data'; cells: readonly string[] }

const same = (a: string, b: string) => a.replace('\ufeff', '').trim() === b.trim()

/** Marks every line of the preview. `rows` starts at the first line of the file; should a server leave the lines up to the heading out, the heading is put back. */
export function layout(p: ImportPreview): PreviewRow[] {
  const at = p.rows[p.headerRow]
  const hits = at ? p.columns.filter((c) => same(at[c.index] ?? '', c.header)).length : 0
  if (at && hits * 2 >= p.columns.length)
    return p.rows.map((cells, line) => ({
      line,
      cells,
      kind: line < p.headerRow ? 'preamble' : line === p.headerRow ? 'header' : 'data',
    }))
  const header: PreviewRow = { line: p.headerRow, kind: 'header', cells: p.columns.map((c) => c.header) }
  return [header, ...p.rows.map((cells, i) => ({ line: p.headerRow + 1 + i, kind: 'data' as const, cells }))]
}

export const width = (rows: readonly PreviewRow[]) => Math.max(1, ...rows.map((r) => r.cells.length))

/** Lines below the heading that hold anything at all. */
export const dataRows = (p: ImportPreview) =>
  layout(p).filter((r) => r.kind === 'data' && r.cells.some((c) => c.trim() !== ''))
