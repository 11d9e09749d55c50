import type { Entity } from './types'

/**
 * Text with stretches that are set off ↔ what is typed: `**bold**`, `__italic__`, `~~strike~~`, `||spoiler||`,
 * `` `code` ``, a fenced block, `[text](https://…)`. Offsets count UTF-16 units, as strings of the browser do. Pure.
 */
type Marked = { text: string; entities: Entity[] }
const MARKS = { '**': 'bold', __: 'italic', '~~': 'strike', '||': 'spoiler' } as const
export const MARK_OF = { bold: '**', italic: '__', strike: '~~', spoiler: '||', code: '`' } as const
const SPECIAL = '*_~|`['
const LINK = /\[([^[\]\n]+)\]\(((?:https?:\/\/|mailto:|tel:|tg:\/\/)[^\s()]+)\)/y
const FENCE = /```([\w+-]*)\n([\s\S]+?)\n?```/y
const CODE = /`([^`\n]+)`/y

const matchAt = (re: RegExp, s: string, at: number) => {
  re.lastIndex = at
  return re.exec(s)
}

export function parse(typed: string): Marked {
  const out: Marked = { text: '', entities: [] }
  const add = (kind: string, inner: Marked, value?: string) => {
    const offset = out.text.length
    out.text += inner.text
    out.entities.push({ kind, offset, length: inner.text.length, ...(value ? { value } : {}) })
    for (const e of inner.entities) out.entities.push({ ...e, offset: e.offset + offset })
  }
  const plain = (text: string): Marked => ({ text, entities: [] })
  for (let i = 0; i < typed.length; ) {
    const c = typed[i] as string
    if (c === '\\' && SPECIAL.includes(typed[i + 1] ?? '\0')) {
      out.text += typed[i + 1]
      i += 2
      continue
    }
    if (!SPECIAL.includes(c)) {
      out.text += c
      i += 1
      continue
    }
    const fence = matchAt(FENCE, typed, i)
    const code = fence ?? matchAt(CODE, typed, i)
    if (code) {
      if (fence) add('pre', plain(fence[2] as string), fence[1])
      else add('code', plain(code[1] as string))
      i += code[0].length
      continue
    }
    const link = c === '[' ? matchAt(LINK, typed, i) : null
    if (link) {
      add('link', parse(link[1] as string), link[2])
      i += link[0].length
      continue
    }
    const mark = typed.slice(i, i + 2) as keyof typeof MARKS
    const end = mark in MARKS ? closing(typed, mark, i + 2) : -1
    if (end > 0) {
      add(MARKS[mark], parse(typed.slice(i + 2, end)))
      i = end + 2
    } else {
      out.text += c
      i += 1
    }
  }
  out.entities.sort((a, b) => a.offset - b.offset || b.length - a.length)
  return out
}
/** Where a mark ends that begins before `from`; -1 when it does not, or has nothing or a space at its edge inside. */
function closing(typed: string, mark: string, from: number): number {
  if (/\s/.test(typed[from] ?? ' ')) return -1
  for (let end = typed.indexOf(mark, from + 1); end > 0; end = typed.indexOf(mark, end + 1))
    if (!/\s/.test(typed[end - 1] as string) && typed[end - 1] !== '\\') return end
  return -1
}

/** What would have to be typed. */
export function toTyped(text: string, entities: readonly Entity[]): string {
  const at = new Map<number, { before: string; after: string }>()
  const put = (i: number, side: 'before' | 'after', s: string) => {
    const here = at.get(i) ?? { before: '', after: '' }
    // Ends close from the inside out, beginnings open from the outside in.
    here[side] = side === 'before' ? here.before + s : s + here.after
    at.set(i, here)
  }
  for (const e of [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length)) {
    const mark = MARK_OF[e.kind as keyof typeof MARK_OF]
    if (mark) {
      put(e.offset, 'before', mark)
      put(e.offset + e.length, 'after', mark)
    } else if (e.kind === 'link' && e.value) {
      put(e.offset, 'before', '[')
      put(e.offset + e.length, 'after', `](${e.value})`)
    } else if (e.kind === 'pre') {
      put(e.offset, 'before', `\`\`\`${e.value ?? ''}\n`)
      put(e.offset + e.length, 'after', '\n```')
    }
  }
  const raw = entities.filter((e) => e.kind === 'code' || e.kind === 'pre')
  const isRaw = (i: number) => raw.some((e) => i >= e.offset && i < e.offset + e.length)
  // A sign stays a sign where it would otherwise be read as a mark.
  const risky = parse(text).text !== text
  let out = ''
  for (let i = 0; i <= text.length; i++) {
    const here = at.get(i)
    if (here) out += here.after + here.before
    const c = text[i]
    if (c !== undefined) out += risky && !isRaw(i) && SPECIAL.includes(c) ? `\\${c}` : c
  }
  return out
}

export type Segment = { text: string; kinds: readonly string[]; href?: string; at: number }
const SHOWN = new Set([
  'bold',
  'italic',
  'underline',
  'strike',
  'spoiler',
  'code',
  'pre',
  'quote',
  'mention',
  'hashtag',
])
const SAFE = /^(https?:\/\/|mailto:|tel:|tg:\/\/)/i
const URL_IN_TEXT = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]}]/g

function hrefOf(e: Entity, text: string): string | undefined {
  const said = text.slice(e.offset, e.offset + e.length)
  const href =
    e.kind === 'link'
      ? (e.value ?? '')
      : e.kind === 'url'
        ? /^[a-z]+:/i.test(said)
          ? said
          : `https://${said}`
        : e.kind === 'email'
          ? `mailto:${said}`
          : e.kind === 'phone'
            ? `tel:${said.replace(/[^\d+]/g, '')}`
            : ''
  return SAFE.test(href) ? href : undefined
}
/** A text cut where anything begins or ends. Addresses that nobody marked are links too. */
export function segments(text: string, entities: readonly Entity[]): Segment[] {
  const spans = entities
    .filter((e) => e.length > 0 && e.offset >= 0 && e.offset + e.length <= text.length)
    .map((e) => ({ from: e.offset, to: e.offset + e.length, kind: e.kind, href: hrefOf(e, text) }))
  for (const m of text.matchAll(URL_IN_TEXT)) {
    const [from, to] = [m.index, m.index + m[0].length]
    if (!spans.some((s) => s.from < to && from < s.to && (s.href || s.kind === 'code' || s.kind === 'pre')))
      spans.push({ from, to, kind: 'url', href: m[0] })
  }
  const cuts = [...new Set([0, text.length, ...spans.flatMap((s) => [s.from, s.to])])].sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1] as number
    const over = spans.filter((s) => s.from <= from && to <= s.to)
    const href = over.find((s) => s.href)?.href
    return {
      text: text.slice(from, to),
      kinds: over.map((s) => s.kind).filter((k) => SHOWN.has(k)),
      ...(href ? { href } : {}),
      at: from,
    }
  })
}

/** Sets a selection off, or takes that back; with nothing selected the marks wait for what is typed between them. */
export function toggleMark(typed: string, from: number, to: number, mark: string) {
  const n = mark.length
  if (typed.slice(from - n, from) === mark && typed.slice(to, to + n) === mark)
    return {
      text: typed.slice(0, from - n) + typed.slice(from, to) + typed.slice(to + n),
      from: from - n,
      to: to - n,
    }
  return {
    text: typed.slice(0, from) + mark + typed.slice(from, to) + mark + typed.slice(to),
    from: from + n,
    to: to + n,
  }
}
