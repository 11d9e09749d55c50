import { type FocusEvent, useEffect, useMemo } from 'react'
import { create } from 'zustand'
import { useMaybeSession } from '@/shared/session/session'

/**
 * Who else looks at a record or a board. What is on screen says so itself, once one has stayed for a moment; after a
 * break in the line it is said again.
 */
export type Room = `${'contact' | 'company' | 'deal' | 'board' | 'chat' | 'bd-account'}:${string}`
export type Person = { id: string; name: string; editing: boolean; since: string }
export type Presence = { room: string; people: readonly Person[] }
type Ask = (what: string, data: object) => Promise<unknown>

/** Whoever walks through a list with J and K is not in every record on the way. */
const STAY_MS = 300
/** From one field to the next is still the same work. */
const PUT_DOWN_MS = 1500

type Stay = {
  count: number
  editing: boolean
  /** What the server was told last: whether one edits; null that one is gone. */
  said: boolean | null
  timer?: ReturnType<typeof setTimeout>
}
const stays = new Map<string, Stay>()
let ask: Ask | null = null

const useRooms = create<{ rooms: Readonly<Record<string, readonly Person[]>> }>(() => ({ rooms: {} }))
const NOBODY: readonly Person[] = []

export function heardPresence({ room, people }: Presence) {
  if (stays.has(room)) useRooms.setState(({ rooms }) => ({ rooms: { ...rooms, [room]: people } }))
}
/** Connected, also again: the server has forgotten who was there. */
export function lineIsUp(by: Ask) {
  ask = by
  for (const [room, stay] of stays) {
    stay.said = null
    later(room, stay, 0)
  }
}
export function lineIsDown() {
  ask = null
  useRooms.setState({ rooms: {} })
}

/** Is there from now on; gives how to leave. Two parts of the page may be in one room. */
export function enter(room: Room): () => void {
  const stay = stays.get(room) ?? { count: 0, editing: false, said: null }
  stays.set(room, stay)
  stay.count += 1
  later(room, stay, STAY_MS)
  return () => {
    stay.count -= 1
    if (stay.count === 0) stay.editing = false
    later(room, stay, STAY_MS)
  }
}
export function edits(room: Room, editing: boolean) {
  const stay = stays.get(room)
  if (!stay || stay.editing === editing) return
  stay.editing = editing
  later(room, stay, editing ? STAY_MS : PUT_DOWN_MS)
}

function later(room: string, stay: Stay, ms: number) {
  clearTimeout(stay.timer)
  stay.timer = setTimeout(() => tell(room, stay), ms)
}
function tell(room: string, stay: Stay) {
  const wanted = stay.count > 0 ? stay.editing : null
  if (wanted === null) {
    stays.delete(room)
    useRooms.setState(({ rooms: { [room]: _, ...rooms } }) => ({ rooms }))
  }
  if (!ask || wanted === stay.said) return
  stay.said = wanted
  if (wanted === null) return void ask('absent', { room }).catch(() => {})
  const again = () => {
    stay.said = null // the next change or the next connection says it again
  }
  ask('present', { room, editing: wanted }).then((answer) => {
    const { ok, people } = answer as { ok?: boolean; people?: readonly Person[] }
    if (ok) heardPresence({ room, people: people ?? NOBODY })
    else again()
  }, again)
}

/** Something that the others in the room are told and nobody keeps: that one types. */
export function say(what: string, room: Room) {
  void ask?.(what, { room }).catch(() => {})
}

/** The others who are there with me, as long as the component is on screen. */
export function usePresent(room: Room): readonly Person[] {
  const me = useMaybeSession()?.user.id
  useEffect(() => enter(room), [room])
  const people = useRooms((s) => s.rooms[room]) ?? NOBODY
  return useMemo(() => people.filter((p) => p.id !== me), [people, me])
}

const WRITTEN =
  'input:not([type=checkbox],[type=radio],[type=button],[type=search],[readonly]),textarea,[contenteditable=true],[role=listbox]'
const isWritten = (at: EventTarget) => at instanceof Element && at.matches(WRITTEN)
/** For the element around what may be edited: says that somebody edits while a field inside has the focus. */
export function useEdits(room: Room) {
  return useMemo(
    () => ({
      onFocus: (e: FocusEvent) => edits(room, isWritten(e.target)),
      onBlur: () => edits(room, false),
    }),
    [room],
  )
}
