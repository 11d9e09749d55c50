/** Kinds of files that people bring although they hold no CSV; each gets an advice of its own. */
export type FileKind = 'csv' | 'empty' | 'workbook' | 'archive' | 'pdf' | 'vcard'

const WORKBOOK = /\.(xlsx?|xlsm|xlsb|ods|numbers)$/i
/** Looks at the first bytes, not at the name: a text file may be called .xls. What is not known here the server judges. */
export async function kindOf(file: Blob, name: string): Promise<FileKind> {
  if (file.size === 0) return 'empty'
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer())
  const starts = (...bytes: number[]) => bytes.every((b, i) => head[i] === b)
  if (starts(0x50, 0x4b, 0x03, 0x04)) return WORKBOOK.test(name) ? 'workbook' : 'archive'
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return 'workbook'
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'pdf'
  const text = new TextDecoder().decode(head).replace(/^\ufeff/, '')
  return text.startsWith('BEGIN:VCARD') ? 'vcard' : 'csv'
}

/** Cells copied from a spreadsheet come as text: two lines at least, and something between the cells. */
export function looksLikeTable(text: string) {
  const lines = text.trim().split(/\r?\n/)
  return lines.length > 1 && /[\t;,|]/.test(lines[0] ?? '')
}
