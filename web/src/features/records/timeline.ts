import type { TimelineEntry } from '@/api/gen/types.gen'
import { customText } from '@/shared/fields/text'
import { same } from './cache'
import type { Tools } from './cells'
import { type FieldId, fieldOf, isBlank, type Kind, titleOf } from './fields'
import { linkedin, phone, website } from './show'

/** The change log in words: who did what, with old and new values. */
export type Line = {
  field: string
  label: string
  from: string | null
  to: string | null
  added: string[]
  removed: string[]
}
export type Told = { actor: string; text: string; lines: Line[] }
/** Stands for the actor in `text`, so that the name can be set in bold. */
export const ACTOR = '\u0000'

/** The log tells owner and company by name. */
const ALIASES: Record<string, string> = { companyName: 'companyId', ownerName: 'ownerId' }
const SILENT = new Set([
  'mergedInto',
  'mergedFrom',
  'version',
  'updatedAt',
  'createdAt',
  'deletedAt',
  'id',
  'searchText',
])

export function tell(kind: Kind, entry: TimelineEntry, tools: Tools): Told {
  const { t } = tools
  const actor = actorName(entry, tools)
  const lines = entry.action === 'created' || entry.subject.kind === 'note' ? [] : linesOf(kind, entry, tools)
  const a = { actor: ACTOR }
  const told = (text: string): Told => ({ actor, text, lines })
  if (entry.subject.kind === 'note') {
    const action = entry.action === 'created' || entry.action === 'updated' ? entry.action : 'deleted'
    return told(t(`timeline.note.${action}`, a))
  }
  if (entry.action === 'merged') return told(mergeText(entry, t))
  if (entry.action !== 'updated') return told(t(`timeline.${entry.action}.${kind}`, a))
  const [only] = lines
  if (!only || lines.length > 1) return told(t('timeline.changedMany', { ...a, count: lines.length }))
  if (only.field === 'doNotContact')
    return { actor, text: t(only.to ? 'timeline.forbidden' : 'timeline.allowed', a), lines: [] }
  const how =
    only.from === null && only.removed.length === 0
      ? 'set'
      : only.to === null && only.added.length === 0
        ? 'cleared'
        : 'changed'
  const listed = only.added.length > 0 || only.removed.length > 0
  return told(t(`timeline.${listed ? 'changed' : how}`, { ...a, field: only.label }))
}

/** On the record that stays its name stands in for the others; on those that went, the one they went into. */
function mergeText({ changes }: TimelineEntry, t: Tools['t']): string {
  const to = (field: string) => changes.find((c) => c.field === field)?.to
  const into = to('mergedInto')
  if (!isBlank(into)) return t('timeline.mergedInto', { actor: ACTOR, name: String(into) })
  return t('timeline.mergedFrom', { actor: ACTOR, names: listOf(to('mergedFrom')).join(', ') })
}
/** A merge into this record that nobody has taken back since; `entries` are newest first. */
export function isOpenMerge(entry: TimelineEntry, entries: readonly TimelineEntry[]): boolean {
  const of = (e: TimelineEntry) => e.changes.find((c) => c.field === 'mergedFrom')
  if (entry.action !== 'merged' || isBlank(of(entry)?.to)) return false
  const newer = entries.slice(0, entries.indexOf(entry))
  return !newer.some((e) => e.action !== 'merged' && of(e) !== undefined)
}

function actorName({ actor }: TimelineEntry, { t }: Tools): string {
  if (actor.kind === 'import')
    return actor.name ? t('timeline.actor.importOf', { name: actor.name }) : t('timeline.actor.import')
  if (actor.kind === 'system') return t('timeline.actor.system')
  return actor.name ?? t(actor.kind === 'api_key' ? 'timeline.actor.apiKey' : 'timeline.actor.someone')
}

function linesOf(kind: Kind, entry: TimelineEntry, tools: Tools): Line[] {
  const fields = new Set(entry.changes.map((c) => c.field))
  return entry.changes.flatMap(({ field, from, to }) => {
    const alias = ALIASES[field]
    if (SILENT.has(field) || (alias && fields.has(alias)) || same(from, to)) return []
    const id = alias ?? field
    const known = fieldOf(kind, id)
    const custom = known?.custom
    const show = (v: unknown) =>
      custom ? customText(custom, v, tools.fmt) : alias ? plain(v) : valueText(known?.id, v, tools)
    const lists = Array.isArray(from) || Array.isArray(to)
    const [was, is] = [listOf(from), listOf(to)]
    return {
      field: id,
      label: known ? titleOf(known, tools.t) : customLabel(id),
      from: lists ? null : show(from),
      to: lists ? null : show(to),
      added: lists ? is.filter((v) => !was.includes(v)).map((v) => show(v) ?? v) : [],
      removed: lists ? was.filter((v) => !is.includes(v)).map((v) => show(v) ?? v) : [],
    }
  })
}
const listOf = (v: unknown) => (Array.isArray(v) ? v.map(String) : isBlank(v) ? [] : [String(v)])
const customLabel = (field: string) => field.replace(/^custom\./, '')

const LONG = 160
function plain(v: unknown): string | null {
  if (isBlank(v)) return null
  const s = typeof v === 'object' ? JSON.stringify(v) : String(v)
  return s.length > LONG ? `${s.slice(0, LONG)}…` : s
}
function valueText(field: FieldId | undefined, v: unknown, { t }: Tools): string | null {
  if (isBlank(v)) return null
  if (typeof v === 'boolean') return v ? t('filter.yes') : null
  const s = String(v)
  switch (field) {
    case 'phones':
      return phone(s)
    case 'website':
      return website(s)
    case 'linkedinUrl':
      return linkedin(s)
    case 'telegramUsername':
      return `@${s}`
    case 'size':
      return t(`size.${s as '1-10'}`)
    default:
      return plain(v)
  }
}

/** Newest first, in days of the person's time zone. */
export function byDay<T extends { at: string }>(
  entries: readonly T[],
  dayOf: (at: string) => string,
): { day: string; entries: T[] }[] {
  const days: { day: string; entries: T[] }[] = []
  for (const e of entries) {
    const day = dayOf(e.at)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(e)
    else days.push({ day, entries: [e] })
  }
  return days
}
