import { expect, it } from 'vitest'
import { column, preview } from './fixtures'
import { dataRows, isNamed, layout, NO_HEADER, width } from './preview-layout'

const kinds = (p: Parameters<typeof layout>[0]) => layout(p).map((r) => r.kind)

it('marks the lines above the heading, the heading and the rows', () => {
  const p = preview({ headerRow: 2, rows: [['Notes:'], [''], ['Name', 'Mail'], ['Анна', 'a@x.co'], ['', '']] })
  expect(kinds(p)).toEqual(['preamble', 'preamble', 'header', 'data', 'data'])
  expect(dataRows(p).map((r) => r.line)).toEqual([3])
  expect(width(layout(p))).toBe(2)
})
it('without a heading every line is a row', () => {
  const p = preview({ headerRow: NO_HEADER, columns: [column(0, 'Column 1')], rows: [['Анна'], ['Olga']] })
  expect(kinds(p)).toEqual(['data', 'data'])
  expect(isNamed(p, 0)).toBe(false)
})
it('shows a heading that stands below the first lines', () => {
  const p = preview({ headerRow: 30, rows: [['a'], ['b']] })
  expect(layout(p).at(-1)).toEqual({ line: 30, kind: 'header', cells: ['Name', 'Mail'] })
})
it('knows which columns the file names itself', () => {
  const p = preview({ rows: [['Name', ' ']], columns: [column(0, 'Name'), column(1, 'Column 2')] })
  expect([isNamed(p, 0), isNamed(p, 1), isNamed(p, 2)]).toEqual([true, false, false])
})
