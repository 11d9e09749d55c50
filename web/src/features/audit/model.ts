import type { AuditLine, AuditQuery } from './api'

/** What the page of the audit log has in its address, and what it asks for. Pure. */
export const PERIODS = ['day', 'week', 'month', 'ever', 'dates'] as const
export type Period = (typeof PERIODS)[number]
export type AuditSearch = {
  period?: Period
  from?: string
  to?: string
  actor?: string
  /** Their name, so that the filter can say it before anything is loaded. */
  who?: string
  action?: string
  subject?: string
  line?: number
}
const DAYS = { day: 1, week: 7, month: 30 } as const
const DAY_MS = 86_400_000

export function auditSearch(s: Record<string, unknown>): AuditSearch {
  const text = (k: 'actor' | 'who' | 'action' | 'subject') =>
    typeof s[k] === 'string' && s[k] ? { [k]: s[k].slice(0, 100) } : {}
  const day = (k: 'from' | 'to') => (/^\d{4}-\d{2}-\d{2}$/.test(String(s[k])) ? { [k]: String(s[k]) } : {})
  const period = PERIODS.find((p) => p === s['period'])
  const line = Number(s['line'])
  return {
    ...(period && { period }),
    ...(period === 'dates' ? { ...day('from'), ...day('to') } : {}),
    ...text('actor'),
    ...text('who'),
    ...text('action'),
    ...text('subject'),
    ...(Number.isInteger(line) && line > 0 ? { line } : {}),
  }
}

/** Whole minutes of now, so that a look a moment later asks the same. Days are those of this device. */
export function queryOf({ period = 'ever', from, to, actor, action, subject }: AuditSearch, now: number): AuditQuery {
  const query: AuditQuery = { ...(actor && { actor }), ...(action && { action }), ...(subject && { subject }) }
  if (period === 'dates') {
    if (from) query.from = new Date(`${from}T00:00:00`).toISOString()
    if (to) query.to = new Date(`${to}T23:59:59.999`).toISOString()
  } else if (period !== 'ever') {
    const minute = Math.floor(now / 60_000) * 60_000
    query.from = new Date(minute - DAYS[period] * DAY_MS).toISOString()
  }
  return query
}
export const isFiltered = ({ period, actor, action, subject }: AuditSearch) =>
  !!(actor || action || subject) || (period !== undefined && period !== 'ever')

/** `deal.stage.changed` is a noun, `deal`, and what came of it, `stage_changed`. */
export function partsOfAction(action: string): { noun: string; verb: string } {
  const dot = action.indexOf('.')
  return dot < 0
    ? { noun: action, verb: '' }
    : { noun: action.slice(0, dot), verb: action.slice(dot + 1).replaceAll('.', '_') }
}
/** A value as it is read: text as it is, all else as JSON; null where there is none. */
export function valueText(v: unknown): string | null {
  if (v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)) return null
  return typeof v === 'string' ? v : JSON.stringify(v)
}
/** What has been seen can be filtered by. */
export const actionsOf = (lines: readonly AuditLine[], chosen?: string) =>
  [...new Set([...(chosen ? [chosen] : []), ...lines.map((l) => l.action)])].toSorted()
