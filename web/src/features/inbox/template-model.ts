import type { Template } from './types'

/** Templates behind a `/`, and the variables in them. Pure. */
export const VARIABLES = ['contact.firstName', 'contact.name', 'company.name', 'deal.title', 'me.name'] as const
export type Variable = (typeof VARIABLES)[number]
const LONGEST = 40
const MOST = 6

/** What is typed behind a `/` that begins a word. */
export function openSlash(text: string, caret: number): { start: number; query: string } | null {
  const before = text.slice(Math.max(0, caret - LONGEST - 1), caret)
  const m = /(?:^|\s)\/([^\s/]*)$/u.exec(before)
  if (!m) return null
  const query = m[1] as string
  return { start: caret - query.length - 1, query }
}
/** By shortcut first, then by name, then by text. */
export function findTemplates(all: readonly Template[], query: string): Template[] {
  const low = query.toLowerCase()
  if (!low) return all.slice(0, MOST)
  const rank = (t: Template) => {
    const [shortcut, name] = [t.shortcut?.toLowerCase() ?? '', t.name.toLowerCase()]
    if (shortcut === low) return 0
    if (shortcut.startsWith(low)) return 1
    if (name.startsWith(low)) return 2
    if (name.includes(low)) return 3
    return t.text.toLowerCase().includes(low) ? 4 : 9
  }
  return all
    .filter((t) => rank(t) < 9)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST)
}

/** Names in double braces, in the order they come. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{\s*([\w.]+)\s*\}\}/g)].map((m) => m[1] as string)),
]
/** A text as what stands in it, and the variables between. */
export function piecesOf(text: string): { variable: Variable | null; text: string }[] {
  const pieces = text.split(/(\{\{\s*[\w.]+\s*\}\})/).filter((p) => p !== '')
  return pieces.map((p) => {
    const name = /^\{\{\s*([\w.]+)\s*\}\}$/.exec(p)?.[1]
    return { variable: VARIABLES.find((v) => v === name) ?? null, text: p }
  })
}
/** The key of what a variable is called. */
export const keyOf = (v: Variable) =>
  v.replace('.', '_') as 'contact_firstName' | 'contact_name' | 'company_name' | 'deal_title' | 'me_name'
export const isVariable = (name: string): name is Variable => VARIABLES.some((v) => v === name)
export const unknownIn = (text: string) => variablesIn(text).filter((v) => !VARIABLES.includes(v as Variable))

/** A shortcut is one word: what stands between a `/` and a space. */
export const cleanShortcut = (s: string) =>
  s
    .trim()
    .replace(/^\/+/, '')
    .replace(/[\s/]+/g, '-')
    .slice(0, 30)
