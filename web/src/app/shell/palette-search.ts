// How the palette finds a command: words in any order, from their beginnings or inside, and typed on the wrong layout.
const EN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
const RU = 'ёйцукенгшщзхъфывапролджэячсмитьбю'
const TO_RU = new Map([...EN].map((c, i) => [c, RU[i] as string]))
const TO_EN = new Map([...RU].map((c, i) => [c, EN[i] as string]))

/** `ghbdtn` ↔ `привет`: the same keys on the other layout. */
export function otherLayout(text: string): string {
  const table = /[а-яё]/.test(text) ? TO_EN : TO_RU
  return [...text].map((c) => table.get(c) ?? c).join('')
}

function wordScore(word: string, text: string): number {
  const at = text.indexOf(word)
  if (at === 0) return 4
  if (at > 0) return /[\p{L}\d]/u.test(text[at - 1] as string) ? 2 : 3
  return word.length > 1 && byBeginnings([...word], text.split(/[^\p{L}\d]+/u)) ? 1 : 0
}
/** Made of the beginnings of words in their order: `nco` finds “new contact”. */
function byBeginnings(letters: readonly string[], words: readonly string[]): boolean {
  if (letters.length === 0) return true
  return words.some((w, i) => {
    let taken = 0
    while (taken < letters.length && w[taken] === letters[taken]) taken++
    for (let n = taken; n > 0; n--) if (byBeginnings(letters.slice(n), words.slice(i + 1))) return true
    return false
  })
}
const escapeRegExp = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** 0: no match. All words of the query must be found; the best match of each counts. */
export function score(query: string, text: string): number {
  const words = query.toLowerCase().trim().split(/\s+/)
  const target = text.toLowerCase()
  const rate = (list: string[]) => {
    const each = list.map((w) => wordScore(w, target))
    return each.includes(0) ? 0 : each.reduce((a, b) => a + b, 0) / each.length
  }
  return Math.max(rate(words), rate(words.map(otherLayout)) * 0.9)
}

type Findable = { id: string; label: string; keywords?: string }
/** The items that match, the best first; `recent` ids win among equals. Guesses (`loose`) come after what was really found. */
export function rank<T extends Findable>(query: string, items: readonly T[], recent: readonly string[] = []) {
  const bonus = (id: string) => (recent.includes(id) ? 0.5 - recent.indexOf(id) * 0.05 : 0)
  const scored = items
    .map((item, at) => {
      const s = Math.max(score(query, item.label), item.keywords ? score(query, item.keywords) * 0.8 : 0)
      return { item, at, s, by: s + bonus(item.id) }
    })
    .filter((x) => x.s > 0)
    .sort((a, b) => b.by - a.by || a.at - b.at)
  return {
    found: scored.filter((x) => x.s >= 1.5).map((x) => x.item),
    loose: scored.filter((x) => x.s < 1.5).map((x) => x.item),
  }
}

/** The text cut where the query is found, for marking: odd pieces match. */
export function pieces(text: string, query: string): string[] {
  const words = query.trim().split(/\s+/).filter(Boolean).map(escapeRegExp)
  return words.length ? text.split(new RegExp(`(${words.join('|')})`, 'iu')) : [text]
}
