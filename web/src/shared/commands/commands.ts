import type { LucideIcon } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { create } from 'zustand'
import { type Action, isAction, type Press, unshifted } from './keys'

/** Something the page on screen can do: shown in the command palette and the shortcut sheet, run by its key. */
export type Command = {
  id: string
  label: string
  icon: LucideIcon
  /** Whose key runs it, outside of inputs. Taken by position, so it works on every layout. */
  action?: Action
  /** With Shift held. */
  shift?: boolean
  /** Further words to find it by. */
  keywords?: string
  run: () => void
}
const useLayers = create<{ layers: readonly (readonly Command[])[] }>(() => ({ layers: [] }))

/**
 * Offers commands while the calling component is mounted. Pass a memoised array. The innermost component wins where
 * two claim a key, and over the shell's own: a page that registers `C` decides what “create in context” is there.
 */
export function useCommands(commands: readonly Command[]) {
  useEffect(() => {
    if (commands.length === 0) return
    useLayers.setState((s) => ({ layers: [...s.layers, commands] }))
    return () => useLayers.setState((s) => ({ layers: s.layers.filter((l) => l !== commands) }))
  }, [commands])
}

/** Offers one command while the calling component is mounted; null offers none. */
export function useCommand(command: Command | null) {
  const now = useRef(command)
  now.current = command
  const { id, label, icon, action } = command ?? {}
  const commands = useMemo<Command[]>(
    () => (id && label && icon ? [{ id, label, icon, ...(action && { action }), run: () => now.current?.run() }] : []),
    [id, label, icon, action],
  )
  useCommands(commands)
}

/** All that is on offer now, innermost first. */
export function registeredCommands(layers = useLayers.getState().layers): Command[] {
  const seen = new Set<string>()
  return layers
    .toReversed()
    .flat()
    .filter((c) => !seen.has(c.id) && seen.add(c.id))
}
export function useRegisteredCommands(): Command[] {
  return registeredCommands(useLayers((s) => s.layers))
}

const BUSY =
  'input,textarea,select,[contenteditable]:not([contenteditable=false]),[role=dialog]:not([data-beside]),[role=alertdialog],[role=menu],[role=listbox],[role=combobox]'
/** A single key must not be taken from someone who types, or from an open window or menu. A panel beside the page is no window. */
export function mayTakeKey(e: KeyboardEvent): boolean {
  const at = e.target instanceof Element ? e.target : null
  const typing = at?.closest(BUSY)
  const harmless = at instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(at.type)
  return (
    !e.defaultPrevented &&
    !e.repeat &&
    !e.metaKey &&
    !e.ctrlKey &&
    !e.altKey &&
    (!typing || (harmless && typing === at))
  )
}

export function commandFor(e: Press, commands: readonly Command[] = registeredCommands()): Command | undefined {
  return commands.find((c) => c.action && (!c.shift || e.shiftKey) && isAction(c.shift ? unshifted(e) : e, c.action))
}
/** ⌘ or Ctrl with a key: also over a table that has the focus, never from an open window or while somebody types. */
export function mayTakeChord(e: KeyboardEvent): boolean {
  const { target, defaultPrevented, repeat, altKey } = e
  const plain = { target, defaultPrevented, repeat, altKey, metaKey: false, ctrlKey: false }
  return (e.metaKey || e.ctrlKey) && mayTakeKey(plain as KeyboardEvent)
}
