import type { TFunction } from 'i18next'
import type { TimelineEntry } from '@/api/gen/types.gen'
import type { useFormat } from '@/shared/session/use-format'
import type { Subject } from './api'

/** Texts and formats, without hooks. */
export type Tools = { t: TFunction<'timeline'>; fmt: ReturnType<typeof useFormat> }

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
/** Stands for the title of a deal that is told on the page of its contact or its company: there it is a link. */
export const DEAL = '\u0001'

type Side = 'from' | 'to'
/** How a change of a field is told; an alias tells by `field` which one it stands for. Null: not at all. */
export type Explain = (
  field: string,
  entry: TimelineEntry,
) => { field: string; label: string; show: (v: unknown, side: Side) => string | null } | null

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

export function tell(kind: Subject, entry: TimelineEntry, tools: Tools, explain: Explain): Told {
  const { t } = tools
  const actor = actorName(entry, tools)
  const lines = entry.action === 'created' || entry.subject.kind === 'note' ? [] : linesOf(entry, explain)
  const title = DEAL
  const words = (how: 'of' | 'on') => (entry.deal ? ` ${t(`deal.${how}`, { title })}` : '')
  const deal = entry.deal ? t('deal.named', { title }) : t('deal.this')
  const a = { actor: ACTOR, deal, of: words('of'), on: words('on') }
  const told = (text: string): Told => ({ actor, text, lines })
  if (entry.subject.kind === 'note') {
    const action = entry.action === 'created' || entry.action === 'updated' ? entry.action : 'deleted'
    return told(t(`wrote.${action}`, a))
  }
  if (entry.moved) return told(t(`moved.${wayOf(entry)}`, a))
  if (entry.action === 'merged') return told(mergeText(entry, t))
  // Days of conversations are told by themselves.
  if (entry.action !== 'updated' && entry.action !== 'talked')
    return told(t(`${entry.action}.${entry.deal ? 'deal' : kind}`, a))
  const [only] = lines
  if (!only || lines.length > 1) return told(t('changedMany', { ...a, count: lines.length }))
  if (only.field === 'doNotContact') return { actor, text: t(only.to ? 'forbidden' : 'allowed', a), lines: [] }
  const how =
    only.from === null && only.removed.length === 0
      ? 'set'
      : only.to === null && only.added.length === 0
        ? 'cleared'
        : 'changed'
  const listed = only.added.length > 0 || only.removed.length > 0
  return told(t(`${listed ? 'changed' : how}`, { ...a, field: only.label }))
}

const WAYS = ['created', 'manual', 'bulk', 'import', 'rule', 'stage_deleted'] as const
function wayOf({ moved, action }: TimelineEntry): (typeof WAYS)[number] | 'undone' {
  if (action === 'reverted') return 'undone'
  return WAYS.find((way) => way === moved?.cause) ?? (moved?.from ? 'manual' : 'created')
}

/** On the record that stays its name stands in for the others; on those that went, the one they went into. */
function mergeText({ changes }: TimelineEntry, t: Tools['t']): string {
  const to = (field: string) => changes.find((c) => c.field === field)?.to
  const into = to('mergedInto')
  if (!isBlank(into)) return t('mergedInto', { actor: ACTOR, name: String(into) })
  return t('mergedFrom', { actor: ACTOR, names: listOf(to('mergedFrom')).join(', ') })
}

function actorName({ actor }: TimelineEntry, { t }: Tools): string {
  if (actor.kind === 'import') return actor.name ? t('actor.importOf', { name: actor.name }) : t('actor.import')
  if (actor.kind === 'system') return t('actor.system')
  return actor.name ?? t(actor.kind === 'api_key' ? 'actor.apiKey' : 'actor.someone')
}

function linesOf(entry: TimelineEntry, explain: Explain): Line[] {
  const fields = new Set(entry.changes.map((c) => c.field))
  return entry.changes.flatMap(({ field, from, to }) => {
    if (SILENT.has(field) || same(from, to)) return []
    const told = explain(field, entry)
    // What is told by name is told once.
    if (!told || (told.field !== field && fields.has(told.field))) return []
    const show = (v: unknown, side: Side) => (isBlank(v) ? null : shorten(told.show(v, side)))
    const lists = Array.isArray(from) || Array.isArray(to)
    const [was, is] = [listOf(from), listOf(to)]
    return {
      field: told.field,
      label: told.label,
      from: lists ? null : show(from, 'from'),
      to: lists ? null : show(to, 'to'),
      added: lists ? is.filter((v) => !was.includes(v)).map((v) => show(v, 'to') ?? v) : [],
      removed: lists ? was.filter((v) => !is.includes(v)).map((v) => show(v, 'from') ?? v) : [],
    }
  })
}
const listOf = (v: unknown) => (Array.isArray(v) ? v.map(String) : isBlank(v) ? [] : [String(v)])
const isBlank = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)
const same = (a: unknown, b: unknown) => (isBlank(a) && isBlank(b)) || JSON.stringify(a) === JSON.stringify(b)

const LONG = 160
const shorten = (s: string | null) => (s && s.length > LONG ? `${s.slice(0, LONG)}…` : s)
/** A value of which nothing else is known. */
export const plainText = (v: unknown) => (typeof v === 'object' ? JSON.stringify(v) : String(v))

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
