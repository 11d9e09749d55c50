/** Who is mentioned stands in a note as `@[Name](user:<id>)`; whoever writes and reads it sees `@Name`. Pure. */
export type Part = { text: string } | { name: string; id: string }
/** Whom `@Name` means, by the name that is shown. */
export type Picks = ReadonlyMap<string, string>

const MENTION = /@\[([^[\]\n]+)\]\(user:([0-9a-f-]{36})\)/gi

export function partsOf(body: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const m of body.matchAll(MENTION)) {
    if (m.index > at) parts.push({ text: body.slice(at, m.index) })
    parts.push({ name: m[1] as string, id: m[2] as string })
    at = m.index + m[0].length
  }
  if (at < body.length) parts.push({ text: body.slice(at) })
  return parts
}
/** As it is read in one line. */
export const plainBody = (body: string) =>
  partsOf(body)
    .map((p) => ('text' in p ? p.text : `@${p.name}`))
    .join('')

/** Two people of one name stay two. */
export function handleOf(name: string, id: string, picks: Picks): string {
  const plain = name.replace(/[[\]\n]/g, '')
  for (let n = 1; ; n++) {
    const handle = n === 1 ? plain : `${plain} (${n})`
    const taken = picks.get(handle)
    if (taken === undefined || taken === id) return handle
  }
}
/** What is kept → what is typed. */
export function decode(body: string): { text: string; picks: Map<string, string> } {
  const picks = new Map<string, string>()
  const text = partsOf(body).map((p) => {
    if ('text' in p) return p.text
    const handle = handleOf(p.name, p.id, picks)
    picks.set(handle, p.id)
    return `@${handle}`
  })
  return { text: text.join(''), picks }
}
/** What is typed → what is kept. The longest name counts, and never the beginning of another word. */
export function encode(text: string, picks: Picks): string {
  if (picks.size === 0) return text
  const handles = [...picks.keys()].sort((a, b) => b.length - a.length)
  const any = handles.map((h) => h.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return text.replace(
    new RegExp(`@(${any})(?![\\p{L}\\p{N}_])`, 'gu'),
    (_, h: string) => `@[${h}](user:${picks.get(h)})`,
  )
}

const LONGEST = 40
/** The name that is being typed behind an `@` in front of the caret. */
export function openMention(text: string, caret: number): { start: number; query: string } | null {
  const before = text.slice(Math.max(0, caret - LONGEST - 1), caret)
  const m = /(?:^|[\s(,;])@([^@\n]*)$/u.exec(before)
  if (!m || /\s{2}|\s$/.test(m[1] as string) || (m[1] as string).split(/\s/).length > 3) return null
  const query = m[1] as string
  return { start: caret - query.length - 1, query }
}
