import { type Action, KEYS, keyFor, type OwnKeys, type Press, SIGNS } from './keys'

/** Where actions are offered. A panel beside a list or a board brings its own: both are on screen then. */
const RECORDS = ['list', 'board', 'table'] as const
type Screen =
  | (typeof RECORDS)[number]
  | 'record'
  | 'deal'
  | 'duplicates'
  | 'merge'
  | 'notifications'
  | 'inbox'
  | 'campaigns'
/** `everywhere` is on every screen; what follows G is asked for before anything else, so it only meets its like. */
type Offered = 'everywhere' | 'afterGo' | readonly Screen[]
const SHOWN = [...RECORDS, 'record', 'deal'] as const

/** In the order of the settings. */
export const CATALOGUE = {
  general: {
    palette: 'everywhere',
    search: 'everywhere',
    create: 'everywhere',
    copyLink: 'everywhere',
    undo: ['list', 'record'],
  },
  go: {
    go: 'everywhere',
    'go.dashboard': 'afterGo',
    'go.notifications': 'afterGo',
    'go.contacts': 'afterGo',
    'go.companies': 'afterGo',
    'go.pipeline': 'afterGo',
    'go.inbox': 'afterGo',
    'go.campaigns': 'afterGo',
    'go.accounts': 'afterGo',
    'go.team': 'afterGo',
    'go.import': 'afterGo',
    'go.trash': 'afterGo',
    'go.settings': 'afterGo',
  },
  lists: {
    next: [...RECORDS, 'record', 'duplicates', 'notifications', 'inbox', 'campaigns'],
    previous: [...RECORDS, 'record', 'duplicates', 'notifications', 'inbox', 'campaigns'],
    select: [...RECORDS, 'duplicates', 'notifications', 'inbox'],
    selectAll: [...RECORDS, 'notifications', 'inbox'],
    filter: RECORDS,
    views: RECORDS,
    saveView: RECORDS,
    read: ['notifications'],
    snooze: ['notifications', 'inbox'],
  },
  records: {
    edit: SHOWN,
    assign: [...SHOWN, 'inbox'],
    labels: [...SHOWN, 'inbox'],
    note: [...SHOWN, 'inbox'],
    stage: ['board', 'table', 'deal'],
    stageBack: ['board', 'table', 'deal'],
    stageOn: ['board', 'table', 'deal'],
  },
  inbox: {
    reply: ['inbox'],
    done: ['inbox'],
  },
  merging: {
    merge: ['list', 'record', 'duplicates', 'merge'],
    apart: ['duplicates', 'merge'],
    duplicates: ['list'],
  },
} as const satisfies Record<string, Partial<Record<Action, Offered>>>
export type Group = keyof typeof CATALOGUE
export const GROUPS = Object.keys(CATALOGUE) as Group[]
export const actionsOf = (group: Group) => Object.keys(CATALOGUE[group]) as Action[]

const OFFERED = Object.assign({}, ...Object.values(CATALOGUE)) as Record<Action, Offered>
function meet(a: Offered, b: Offered): boolean {
  if (a === 'afterGo' || b === 'afterGo') return a === b
  return a === 'everywhere' || b === 'everywhere' || a.some((s) => b.includes(s))
}

/** The other actions that may be on screen with `action` and have `key`. */
export function conflictsOf(action: Action, key: string | null, own: OwnKeys): Action[] {
  if (!key) return []
  const others = Object.keys(KEYS) as Action[]
  return others.filter((a) => a !== action && keyFor(a, own) === key && meet(OFFERED[a], OFFERED[action]))
}

/** Why a key cannot be had at all: digits choose what stays among duplicates, and browsers keep some for themselves. */
export function refusalOf(action: Action, key: string): 'digits' | 'browser' | null {
  const [held, letter = key] = key.startsWith('Mod+') ? [true, key.slice(4)] : [false]
  if (held) return /[\dCFHLNPQRTVWX=-]/.test(letter) ? 'browser' : null
  return /[1-9]/.test(key) && meet(OFFERED[action], ['duplicates']) ? 'digits' : null
}

/** The keys somebody has with this one for `action`; the keys of `losers` are gone. What the app gives anyway is not kept. */
export function withKey(own: OwnKeys, action: Action, key: string | null, losers: readonly Action[] = []): OwnKeys {
  const next = { ...own, [action]: key }
  for (const a of losers) next[a] = null
  return kept(next)
}
/** Two actions change their keys; null where the other may not have the key of the one, because of a third. */
export function swapped(own: OwnKeys, action: Action, other: Action): OwnKeys | null {
  const key = keyFor(action, own)
  const next = { ...own, [action]: keyFor(other, own), [other]: key }
  return key && !refusalOf(other, key) && conflictsOf(other, key, next).length === 0 ? kept(next) : null
}
const kept = (own: OwnKeys): OwnKeys =>
  Object.fromEntries(Object.entries(own).filter(([a, key]) => KEYS[a as Action] !== key))

const PLACES = new Map(Object.entries(SIGNS).map(([sign, code]) => [code, sign]))
export type Recorded = { key: string } | 'none' | 'cancel' | 'wait' | 'refused'
/** What a press says while a key is being chosen. Tab is the person's way on: it ends the choosing. */
export function recorded(e: Press & { altKey: boolean }): Recorded {
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock'].includes(e.key)) return 'wait'
  if (e.key === 'Escape' || e.key === 'Tab') return 'cancel'
  if (e.key === 'Backspace' || e.key === 'Delete') return 'none'
  const printed = /^(?:Key([A-Z])|Digit(\d))$/.exec(e.code)
  const key = printed?.[1] ?? printed?.[2] ?? PLACES.get(e.code)
  if (!key || e.shiftKey || e.altKey) return 'refused'
  return { key: e.metaKey || e.ctrlKey ? `Mod+${key}` : key }
}
