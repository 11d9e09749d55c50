/** Texts with variables: `{{contact.firstName|there}}`. As the server reads them (rules/template.rs). Pure. */
export const VARIABLES = [
  'contact.firstName',
  'contact.name',
  'contact.jobTitle',
  'contact.city',
  'company.name',
  'deal.title',
  'sender.name',
  'me.name',
] as const
export type Variable = (typeof VARIABLES)[number]
const OWN_FIELD = 'contact.custom.'
const SNIPPET = 'snippet.'
export const LONGEST = 4096

export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; text: string; name: string; fallback: string | null }
  | { kind: 'snippet'; text: string; name: string }

/** Braces that do not close, and braces without a name, are text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let last = 0
  for (const m of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    const inner = m[1] as string
    if (!inner.trim()) continue
    if (m.index > last) pieces.push({ kind: 'text', text: text.slice(last, m.index) })
    const bar = inner.indexOf('|')
    const name = (bar < 0 ? inner : inner.slice(0, bar)).trim()
    const fallback = bar < 0 ? null : inner.slice(bar + 1).trim()
    pieces.push(
      name.startsWith(SNIPPET)
        ? { kind: 'snippet', text: m[0], name: name.slice(SNIPPET.length) }
        : { kind: 'variable', text: m[0], name, fallback },
    )
    last = m.index + m[0].length
  }
  if (last < text.length) pieces.push({ kind: 'text', text: text.slice(last) })
  return pieces
}
export const isKnown = (name: string) =>
  VARIABLES.some((v) => v === name) ||
  (name.startsWith(OWN_FIELD) && name.length > OWN_FIELD.length && !/\s/.test(name))
/** Variables that there are not, each once. */
export const textProblems = (text: string): string[] => [
  ...new Set(piecesOf(text).flatMap((p) => (p.kind === 'variable' && !isKnown(p.name) ? [p.name] : []))),
]
/** Variables of the text without anything that stands for them: who has none gets no message. */
export const bareIn = (text: string): string[] => [
  ...new Set(piecesOf(text).flatMap((p) => (p.kind === 'variable' && p.fallback === null ? [p.name] : []))),
]

/** How a variable is written. A fallback may hold no braces and no bar: they would end it. */
export function written(name: string, fallback: string | null): string {
  const clean = fallback?.replace(/[{}|]/g, '').trim()
  return clean ? `{{${name}|${clean}}}` : `{{${name}}}`
}
/** Every place of a variable with another fallback. */
export const withFallback = (text: string, name: string, fallback: string | null): string =>
  piecesOf(text)
    .map((p) => (p.kind === 'variable' && p.name === name ? written(name, fallback) : p.text))
    .join('')
/** The fallback that a variable has in a text, of its first place. */
export function fallbackOf(text: string, name: string): string | null {
  const found = piecesOf(text).find((p) => p.kind === 'variable' && p.name === name)
  return found?.kind === 'variable' ? found.fallback : null
}
export const variablesIn = (text: string): string[] => [
  ...new Set(piecesOf(text).flatMap((p) => (p.kind === 'variable' ? [p.name] : []))),
]
/** The key of what a variable is called: dots would part keys of texts. */
export const keyOf = (v: Variable) => v.replace('.', '_') as 'contact_firstName'
export const isVariable = (name: string): name is Variable => VARIABLES.some((v) => v === name)
