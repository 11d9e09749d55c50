const KEY = 'rapport.commands'
const KEEP = 6

/** Ids of the commands run last from the palette on this device, newest first. */
export function lastCommands(): string[] {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : []
  } catch {
    return []
  }
}
export function rememberCommand(id: string) {
  localStorage.setItem(KEY, JSON.stringify([id, ...lastCommands().filter((x) => x !== id)].slice(0, KEEP)))
}
