import { useEffect, useState } from 'react'
import { create } from 'zustand'
import { type Room, say } from './presence'

/** Who types in a room right now: said again and again while one does, forgotten when nothing more is heard. */
export type Typing = { room: string; person: { id: string; name: string } }
type Heard = { id: string; name: string; at: number }

const FORGET_MS = 6000
const SAY_AGAIN_MS = 3000
const useTypists = create<{ rooms: Readonly<Record<string, readonly Heard[]>> }>(() => ({ rooms: {} }))
const NOBODY: readonly Heard[] = []

export function heardTyping({ room, person }: Typing) {
  useTypists.setState(({ rooms }) => {
    const others = (rooms[room] ?? NOBODY).filter((p) => p.id !== person.id)
    return { rooms: { ...rooms, [room]: [...others, { ...person, at: Date.now() }] } }
  })
}

/** Who types there now. */
export function useTyping(room: Room): readonly Heard[] {
  const heard = useTypists((s) => s.rooms[room]) ?? NOBODY
  const [, look] = useState(0)
  useEffect(() => {
    if (heard.length === 0) return
    const id = setTimeout(() => look((n) => n + 1), FORGET_MS)
    return () => clearTimeout(id)
  }, [heard])
  const now = Date.now()
  return heard.filter((p) => now - p.at < FORGET_MS)
}

let last: { room: Room; at: number } | null = null
/** At every key; the others are told once in a while. */
export function saysTyping(room: Room) {
  const now = Date.now()
  if (last?.room === room && now - last.at < SAY_AGAIN_MS) return
  last = { room, at: now }
  say('typing', room)
}
