import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type { ContactPage } from '@/api/gen/types.gen'
import { type ApiError, isApiError } from '@/shared/api/errors'
import { type CustomId, isCustomId, keyOf } from '@/shared/fields/fields'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { api, type Body, keys, refresh, shortLists } from './api'
import {
  apply,
  beforeOf,
  clashes,
  findInPages,
  type Pages,
  removeFromPages,
  revert,
  type Show,
  settle,
  updateInPages,
  updateManyInPages,
} from './cache'
import { useConflict } from './conflict'
import { type CrmRecord, type FieldId, type Kind, titleById } from './fields'

/** One edit: what is sent, and what is shown at once (with the names of owner and company, which are not sent). */
export type Change = { field: FieldId; body: Body; show: Show }
/** A refused value (422) goes back to where it was typed. */
export type Refused = (message: string, value: unknown) => void

const texts = () => i18n.getFixedT(i18n.language, 'records') as TFunction<'records'>

/** Edited by hand, written back, or done again. */
type How = 'edit' | 'undo' | 'redo'
type Sent = { kind: Kind; id: string; change: Change; before: Show; how: How }
const pending = new Map<string, Show[]>()
const queues = new Map<string, Promise<void>>()
const history: Sent[] = []
/** What was taken back, until something is edited again. */
let undone: Sent[] = []

export function patchEverywhere(qc: QueryClient, kind: Kind, id: string, change: (r: CrmRecord) => CrmRecord) {
  qc.setQueriesData<Pages>({ queryKey: keys.lists(kind) }, (d) => d && updateInPages(d, id, change))
  qc.setQueryData<CrmRecord>(keys.one(kind, id), (r) => r && change(r))
  qc.setQueriesData<ContactPage>(shortLists(kind), (d) => {
    if (!d?.items.some((r) => r.id === id)) return d
    return { ...d, items: d.items.map((r) => (r.id === id ? (change(r) as never) : r)) }
  })
}
export function cached(qc: QueryClient, kind: Kind, id: string): CrmRecord | undefined {
  const one = qc.getQueryData<CrmRecord>(keys.one(kind, id))
  if (one) return one
  for (const [, d] of qc.getQueriesData<Pages>({ queryKey: keys.lists(kind) })) {
    const r = findInPages(d, id)
    if (r) return r
  }
}

/**
 * Shows a change at once and sends it. Changes of one record go one after the other, each on top of the version that
 * the one before has made; a failed one is taken back alone.
 */
export function save(
  qc: QueryClient,
  kind: Kind,
  record: CrmRecord,
  change: Change,
  refused?: Refused,
  how: How = 'edit',
): Promise<void> {
  const { id } = record
  const before = beforeOf(cached(qc, kind, id) ?? record, change.show)
  // An older answer must not come over the change; a first one is let through, it would be missing otherwise.
  const known = qc.getQueryData(keys.one(kind, id)) !== undefined
  if (known) void qc.cancelQueries({ queryKey: keys.one(kind, id) })
  pending.set(id, [...(pending.get(id) ?? []), change.show])
  patchEverywhere(qc, kind, id, (r) => apply(r, change.show))
  const sent = { kind, id, change, before, how }
  if (how === 'edit') undone = []
  if (how !== 'undo') remember(sent)
  const turn = (queues.get(id) ?? Promise.resolve())
    .then(() => send(qc, sent, record, refused))
    .then(() => (known ? undefined : qc.invalidateQueries({ queryKey: keys.one(kind, id) })))
  queues.set(id, turn)
  return turn
}

async function send(qc: QueryClient, sent: Sent, record: CrmRecord, refused: Refused | undefined, tries = 0) {
  const { kind, id, change, before } = sent
  const { version } = cached(qc, kind, id) ?? record
  try {
    const answer = await api.update(kind, id, { ...toWire(change.body), version })
    done(id, change.show)
    patchEverywhere(qc, kind, id, () => settle(answer, pending.get(id) ?? []))
    afterSave(qc, kind, id, change)
  } catch (e) {
    const current = isApiError(e) && e.status === 409 ? (e.conflict?.current as CrmRecord | undefined) : undefined
    if (current && tries < 3 && clashes(change.show, before, current).length === 0) {
      patchEverywhere(qc, kind, id, () => settle(current, pending.get(id) ?? []))
      return send(qc, sent, record, refused, tries + 1)
    }
    done(id, change.show)
    forget(sent)
    if (current) askWhich(qc, sent, current)
    else fail(qc, sent, record, e, refused)
  }
}
/** `custom.tier` → `custom: { tier }`: keys that are not named stay as they are. */
function toWire(body: Body): Body {
  const custom = Object.entries(body).filter(([k]) => isCustomId(k))
  if (custom.length === 0) return body
  const rest = Object.entries(body).filter(([k]) => !isCustomId(k))
  return { ...Object.fromEntries(rest), custom: Object.fromEntries(custom.map(([k, v]) => [keyOf(k as CustomId), v])) }
}
function done(id: string, show: Show) {
  const left = (pending.get(id) ?? []).filter((s) => s !== show)
  left.length > 0 ? pending.set(id, left) : pending.delete(id)
}
function afterSave(qc: QueryClient, kind: Kind, id: string, { body }: Change) {
  void qc.invalidateQueries({ queryKey: keys.timeline(kind, id) })
  if ('companyId' in body || 'companyName' in body) {
    void qc.invalidateQueries(shortLists('contact'))
    if ('companyName' in body) refresh(qc, 'company') // it may be a new one
  }
}

function askWhich(qc: QueryClient, { kind, id, change, before }: Sent, current: CrmRecord) {
  patchEverywhere(qc, kind, id, () => settle(current, pending.get(id) ?? []))
  useConflict.getState().ask({
    kind,
    current,
    clashes: clashes(change.show, before, current),
    keepMine: () => void save(qc, kind, current, change),
  })
}

function fail(qc: QueryClient, { kind, id, change, before }: Sent, record: CrmRecord, e: unknown, refused?: Refused) {
  patchEverywhere(qc, kind, id, (r) => revert(r, change.show, before))
  const field = titleById(kind, change.field, texts())
  if (isApiError(e) && e.status === 422 && refused) return refused(refusal(e, change), change.show[change.field])
  if (isApiError(e) && e.status === 404) {
    dropEverywhere(qc, kind, new Set([id]))
    return toast.error(i18n.t('records:toast.gone', { name: record.name }))
  }
  toast.add({
    type: 'error',
    title: i18n.t('records:toast.notSaved', { field, name: record.name }),
    description: isApiError(e) ? refusal(e, change) : undefined,
    timeout: 8000,
    action: {
      label: i18n.t('action.retry'),
      onClick: () => void save(qc, kind, cached(qc, kind, id) ?? record, change, refused),
    },
  })
}
/** `emails[1]`: says which of several values is meant. */
export function refusal(e: ApiError, { field, show }: Pick<Change, 'field' | 'show'>): string {
  const d = e.details.find((x) => x.field.startsWith(field)) ?? e.details[0]
  if (!d) return e.error || i18n.t(e.isNetwork ? 'error.network' : 'error.unexpected')
  const at = /[[.](\d+)/.exec(d.field)?.[1]
  const value = at === undefined ? undefined : (show[field] as unknown[] | undefined)?.[Number(at)]
  return typeof value === 'string' ? `${value}: ${d.message}` : d.message
}

function remember(sent: Sent) {
  history.push(sent)
  if (history.length > 50) history.shift()
}
/** What was not saved cannot be taken back, nor done again. */
function forget(sent: Sent) {
  for (const list of [history, undone]) {
    const at = list.indexOf(sent)
    if (at >= 0) list.splice(at, 1)
  }
}
/** Ctrl Z: the last edit of this sitting is written back, after its own answer if that is still under way. */
export function undoLast(qc: QueryClient) {
  const last = history.pop()
  if (!last) return
  const { kind, id, change, before } = last
  const record = cached(qc, kind, id)
  if (!record) return
  const body: Body = {}
  for (const k of Object.keys(change.body)) {
    const key = k === 'companyName' ? 'companyId' : (k as FieldId)
    body[key] = before[key] ?? null
  }
  undone.push(last)
  void save(qc, kind, record, { field: change.field, body, show: before }, undefined, 'undo')
  toast.success(
    i18n.t('records:toast.undone', {
      field: titleById(kind, change.field, texts()),
      name: record.name,
    }),
  )
}
/** Ctrl Shift Z: what was written back last is done again. */
export function redoLast(qc: QueryClient) {
  const last = undone.pop()
  const record = last && cached(qc, last.kind, last.id)
  if (!record) return
  const { kind, change } = last
  void save(qc, kind, record, change, undefined, 'redo')
  toast.success(i18n.t('records:toast.redone', { field: titleById(kind, change.field, texts()), name: record.name }))
}

export function dropEverywhere(qc: QueryClient, kind: Kind, ids: ReadonlySet<string>) {
  qc.setQueriesData<Pages>({ queryKey: keys.lists(kind) }, (d) => d && removeFromPages(d, ids))
}
export function patchMany(qc: QueryClient, kind: Kind, ids: ReadonlySet<string>, change: (r: CrmRecord) => CrmRecord) {
  qc.setQueriesData<Pages>({ queryKey: keys.lists(kind) }, (d) => d && updateManyInPages(d, ids, change))
}

type Snapshot = { back: () => void }
/** Takes records out of every list; `back` puts them where they were in each list that did not change since. */
export function takeOut(qc: QueryClient, kind: Kind, ids: ReadonlySet<string>): Snapshot {
  const before = qc.getQueriesData<InfiniteData<never>>({ queryKey: keys.lists(kind) })
  dropEverywhere(qc, kind, ids)
  const after = new Map(before.map(([key]) => [key, qc.getQueryData(key)]))
  return {
    back: () => {
      for (const [key, data] of before) if (qc.getQueryData(key) === after.get(key)) qc.setQueryData(key, data)
    },
  }
}

export async function remove(qc: QueryClient, kind: Kind, record: CrmRecord, undoable = true) {
  const { id, name } = record
  const out = takeOut(qc, kind, new Set([id]))
  const deletedAt = new Date().toISOString()
  const mark = (at: string | null) =>
    qc.setQueryData<CrmRecord>(keys.one(kind, id), (r) => r && { ...r, deletedAt: at })
  mark(deletedAt)
  const gone = api.remove(kind, id)
  const undo = async () => {
    out.back()
    mark(null)
    await gone.catch(() => {})
    await restore(qc, kind, record, true)
  }
  if (undoable) toast.undo(i18n.t('records:toast.deleted', { name }), () => void undo())
  try {
    await gone
    refresh(qc, kind)
    void qc.invalidateQueries({ queryKey: keys.timeline(kind, id) })
    void qc.invalidateQueries({ queryKey: keys.one(kind, id) })
  } catch (e) {
    out.back()
    mark(null)
    toast.error(i18n.t('records:toast.notDeleted', { name }), e)
  }
}
export async function restore(qc: QueryClient, kind: Kind, record: Pick<CrmRecord, 'id' | 'name'>, quiet = false) {
  try {
    const r = await api.restore(kind, record.id)
    qc.setQueryData(keys.one(kind, record.id), r)
    refresh(qc, kind)
    void qc.invalidateQueries({ queryKey: keys.timeline(kind, record.id) })
    if (!quiet) toast.success(i18n.t('records:toast.restored', { name: record.name }))
    return true
  } catch (e) {
    toast.error(i18n.t('records:toast.notRestored', { name: record.name }), e)
    refresh(qc, kind)
    return false
  }
}
