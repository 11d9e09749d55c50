import { execFileSync } from 'node:child_process'

export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
/** Writes where the server keeps it what cannot come about in a test otherwise (`sqlite3` has to be installed). */
export function write(sql: string) {
  read(sql)
}
/** What it answers, as text. */
export function read(sql: string): string {
  const database = process.env['E2E_DATABASE']
  if (!database) throw new Error('E2E_DATABASE is not set: run scripts/e2e')
  return execFileSync('sqlite3', ['-cmd', '.timeout 5000', database, sql], { encoding: 'utf8' }).trim()
}
/** An id as the database keeps it. */
export const blob = (id: string) => `x'${id.replaceAll('-', '')}'`
