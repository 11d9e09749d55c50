import { create } from 'zustand'

/**
 * What has a key, and the key it has until somebody chooses another: as printed on a Latin keyboard, after `Mod+` with
 * ⌘ or Ctrl held. Where each is offered, and so which of them may not share a key, is in `catalogue.ts`.
 */
export const KEYS = {
  palette: 'Mod+K',
  search: '/',
  create: 'C',
  copyLink: 'Mod+.',
  undo: 'Mod+Z',
  go: 'G',
  'go.dashboard': 'D',
  'go.notifications': 'N',
  'go.contacts': 'C',
  'go.companies': 'O',
  'go.pipeline': 'P',
  'go.inbox': 'I',
  'go.campaigns': 'M',
  'go.accounts': 'B',
  'go.team': 'E',
  'go.import': 'F',
  'go.trash': 'T',
  'go.settings': 'S',
  next: 'J',
  previous: 'K',
  select: 'X',
  selectAll: 'Mod+A',
  filter: 'F',
  edit: 'E',
  assign: 'A',
  labels: 'L',
  stage: 'S',
  stageBack: '[',
  stageOn: ']',
  note: 'N',
  read: 'E',
  snooze: 'H',
  merge: 'M',
  apart: 'N',
  duplicates: 'Mod+D',
  views: 'V',
  saveView: 'Mod+S',
  reply: 'R',
  done: 'E',
} as const
export type Action = keyof typeof KEYS
/** What somebody chose instead; null is no key at all. */
export type OwnKeys = Readonly<Record<string, string | null>>

const useOwnKeys = create<{ own: OwnKeys }>(() => ({ own: {} }))
export const setOwnKeys = (own: OwnKeys) => useOwnKeys.setState({ own })

export function keyFor(action: Action, own = useOwnKeys.getState().own): string | null {
  const chosen = own[action]
  return chosen === undefined ? KEYS[action] : chosen
}
/** The key of an action as this device prints it, for tooltips and hints. */
export const useKey = (action: Action) => useOwnKeys((s) => printed(keyFor(action, s.own)))

const mac = /Mac|iPhone|iPad/.test(navigator.platform)
/** `⌘K` on a Mac, `Ctrl K` elsewhere. */
export function printed(key: string | null, shift = false): string | undefined {
  if (!key) return undefined
  const letter = key.replace('Mod+', '')
  const held = key === letter ? '' : mac ? '⌘' : 'Ctrl '
  return `${held}${shift ? '⇧' : ''}${letter}`
}

/** Signs by the place of the key. */
export const SIGNS: Readonly<Record<string, string>> = {
  '/': 'Slash',
  '.': 'Period',
  ',': 'Comma',
  ';': 'Semicolon',
  "'": 'Quote',
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '\\': 'Backslash',
  '-': 'Minus',
  '=': 'Equal',
}
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'> & { metaKey?: boolean; ctrlKey?: boolean }

/** Whether a press is the key printed `key`. Letters and digits by position; signs that every layout moves also by what they type. */
export function isKey(e: Press, key: string): boolean {
  if (key === '?') return e.key === '?' || (e.code === 'Slash' && e.shiftKey)
  if (key === '/' && e.key === '/') return true
  return !e.shiftKey && e.code === (SIGNS[key] ?? (/\d/.test(key) ? `Digit${key}` : `Key${key}`))
}
/** Whether a press is the key of an action. */
export function isAction(e: Press, action: Action): boolean {
  const key = keyFor(action)
  const held = !!(e.metaKey || e.ctrlKey)
  return key !== null && key.startsWith('Mod+') === held && isKey(e, key.replace('Mod+', ''))
}
/** The same press without Shift: `Shift X` goes with `X`. */
export const unshifted = ({ key, code, metaKey, ctrlKey }: Press): Press => ({
  key,
  code,
  metaKey,
  ctrlKey,
  shiftKey: false,
})
