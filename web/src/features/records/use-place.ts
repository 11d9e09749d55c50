import { useLocation } from '@tanstack/react-router'
import { useRef } from 'react'

/** Where a list was left: its scroll and its active cell. */
export type Place = { list: string; top: number; left: number; active: { row: number; col: number } | null }
const places = new Map<string, Place>()

/** Per entry of the browser's history: back leads to the same place, a new link to the top. Written to as one scrolls. */
export function usePlace(list: string): Place {
  const entry = useLocation({ select: (l) => (l.state as { __TSR_key?: string }).__TSR_key ?? '' })
  const before = places.get(entry)
  const now = useRef<Place>(before)
  if (now.current?.list !== list) now.current = before?.list === list ? before : { list, top: 0, left: 0, active: null }
  places.set(entry, now.current)
  return now.current
}
