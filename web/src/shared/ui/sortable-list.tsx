import { GripVertical } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { announce } from './announcer'
import { dropPlace } from './drop-place'

type Drag = { from: number; to: number; dy: number; size: number }
type SortableProps<T> = {
  label: string
  items: readonly T[]
  idOf: (item: T) => string
  nameOf: (item: T) => string
  /** The item goes to this place among the others. Without it the order is fixed. */
  onMove?: (item: T, to: number) => void
  className?: string
  /** `handle` is what one drags by; its arrow keys move too. */
  children: (item: T, handle: ReactNode, dragged: boolean) => ReactNode
}
/** A short list that people put in order: by mouse, finger and keyboard. */
export function SortableList<T>({ label, items, idOf, nameOf, onMove, className, children }: SortableProps<T>) {
  const { t } = useTranslation('fields')
  const list = useRef<HTMLUListElement>(null)
  const back = useRef<string | null>(null)
  const [drag, setDrag] = useState<Drag | null>(null)
  useLayoutEffect(() => {
    // The browser takes the focus from an element that is put elsewhere.
    if (!back.current) return
    list.current?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(back.current)}"]`)?.focus()
    back.current = null
  })
  const move = (item: T, to: number) => {
    if (!onMove || to < 0 || to >= items.length) return
    back.current = idOf(item)
    onMove(item, to)
    announce(t('movedTo', { name: nameOf(item), position: to + 1, total: items.length }))
  }
  const onKeyDown = (e: KeyboardEvent, item: T, at: number) => {
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[e.key]
    if (to === undefined) return
    e.preventDefault()
    e.stopPropagation()
    move(item, to)
  }
  const onPointerDown = (e: PointerEvent<HTMLButtonElement>, item: T, from: number) => {
    const rows = [...(list.current?.children ?? [])] as HTMLElement[]
    const boxes = rows.map((r) => ({ top: r.offsetTop, height: r.offsetHeight }))
    const own = boxes[from]
    if (e.button !== 0 || !own) return
    e.preventDefault()
    const handle = e.currentTarget
    handle.focus()
    handle.setPointerCapture(e.pointerId)
    const gap = boxes[1] && boxes[0] ? Math.max(0, boxes[1].top - boxes[0].top - boxes[0].height) : 0
    const y = e.clientY
    let to = from
    const follow = (m: globalThis.PointerEvent) => {
      const dy = m.clientY - y
      to = dropPlace(boxes, from, own.top + own.height / 2 + dy)
      setDrag({ from, to, dy, size: own.height + gap })
    }
    const stop = (end: globalThis.PointerEvent) => {
      handle.removeEventListener('pointermove', follow)
      handle.removeEventListener('pointerup', stop)
      handle.removeEventListener('pointercancel', stop)
      setDrag(null)
      if (end.type === 'pointerup' && to !== from) move(item, to)
    }
    handle.addEventListener('pointermove', follow)
    handle.addEventListener('pointerup', stop)
    handle.addEventListener('pointercancel', stop)
  }
  return (
    <ul ref={list} aria-label={label} className={cn('relative', className)}>
      {items.map((item, i) => {
        const id = idOf(item)
        const handle = onMove && (
          <button
            type="button"
            data-handle={id}
            aria-label={t('move', { name: nameOf(item) })}
            onKeyDown={(e) => onKeyDown(e, item, i)}
            onPointerDown={(e) => onPointerDown(e, item, i)}
            className="grid size-6 shrink-0 cursor-grab touch-none place-items-center rounded-xs text-faint hover:text-muted active:cursor-grabbing any-pointer-coarse:size-9"
          >
            <GripVertical size={14} aria-hidden />
          </button>
        )
        return (
          <li
            key={id}
            className={cn('relative', drag && (drag.from === i ? 'z-10' : 'transition-transform duration-(--dur-1)'))}
            style={drag ? { transform: `translateY(${shiftOf(drag, i)}px)` } : undefined}
          >
            {children(item, handle, drag?.from === i)}
          </li>
        )
      })}
    </ul>
  )
}
function shiftOf({ from, to, dy, size }: Drag, i: number) {
  if (i === from) return dy
  if (i > from && i <= to) return -size
  return i < from && i >= to ? size : 0
}
