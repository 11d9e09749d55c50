import { GripVertical, RotateCcw } from 'lucide-react'
import { type DragEvent, type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { Popover } from '@/shared/ui/popover'
import { defaultLayout, type Layout, moveColumn, showColumn } from './columns'
import { type FieldId, fieldOf, type Kind, titleById } from './fields'
import { iconOf } from './kinds'

type ChooserProps = {
  kind: Kind
  layout: Layout
  onLayout: (next: Layout | ((l: Layout) => Layout)) => void
  anchor: Element | null
  onClose: () => void
}
/** Which columns, in which order: dragged, or moved with the arrow keys on the handle. */
export default function ColumnChooser({ kind, layout, onLayout, anchor, onClose }: ChooserProps) {
  const { t } = useTranslation('records')
  const [dragged, setDragged] = useState<FieldId | null>(null)
  const [over, setOver] = useState<FieldId | null>(null)
  const order = layout.order.filter((id) => id !== 'name' && fieldOf(kind, id))

  const move = (id: FieldId, by: number) => {
    const from = layout.order.indexOf(id)
    const to = Math.max(1, Math.min(layout.order.length - 1, from + by))
    if (to === from) return
    onLayout((l) => moveColumn(l, id, to))
    announce(t('columns.moved', { column: titleById(kind, id, t), position: to, count: order.length }))
  }
  const onKeyDown = (e: KeyboardEvent, id: FieldId) => {
    const by = e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0
    if (!by) return
    e.preventDefault()
    move(id, by)
  }
  const onDrop = (e: DragEvent) => {
    e.preventDefault()
    if (dragged && over && dragged !== over) onLayout((l) => moveColumn(l, dragged, l.order.indexOf(over)))
    setDragged(null)
    setOver(null)
  }
  return (
    <Popover
      open
      bare
      label={t('columns.title')}
      anchor={anchor}
      align="end"
      onOpenChange={(o) => !o && onClose()}
      className="flex w-72 flex-col"
    >
      <div className="flex items-center gap-2 py-2 pr-2 pl-3">
        <h2 className="text-sm font-semibold">{t('columns.title')}</h2>
        <Button variant="ghost" size="xs" className="ml-auto" onClick={() => onLayout(defaultLayout(kind))}>
          <RotateCcw size={13} />
          {t('columns.reset')}
        </Button>
      </div>
      <ul
        aria-label={t('columns.title')}
        className="max-h-[min(420px,60vh)] overflow-y-auto border-t border-line p-1"
        onDragOver={(e) => e.preventDefault()}
        onDrop={onDrop}
      >
        {order.map((id) => {
          const field = fieldOf(kind, id)
          if (!field) return null
          const Icon = iconOf(field)
          const shown = !layout.hidden.includes(id)
          return (
            <li
              key={id}
              draggable
              onDragStart={(e) => {
                e.dataTransfer.effectAllowed = 'move'
                e.dataTransfer.setData('text/plain', id)
                setDragged(id)
              }}
              onDragEnter={() => setOver(id)}
              onDragEnd={() => {
                setDragged(null)
                setOver(null)
              }}
              className={cn(
                'flex h-8 items-center gap-1.5 rounded-sm pr-2 pl-0.5 text-sm hover:bg-hover',
                dragged === id && 'opacity-40',
                over === id && dragged && dragged !== id && 'shadow-[inset_0_2px_0_var(--accent)]',
              )}
            >
              <button
                type="button"
                aria-label={t('columns.move', { column: titleById(kind, id, t) })}
                onKeyDown={(e) => onKeyDown(e, id)}
                className="grid size-6 shrink-0 cursor-grab place-items-center rounded-xs text-faint hover:text-muted active:cursor-grabbing"
              >
                <GripVertical size={13} aria-hidden />
              </button>
              <label htmlFor={`column-${id}`} className="flex h-full min-w-0 flex-1 items-center gap-2">
                <Icon size={14} className={cn('shrink-0', shown ? 'text-subtle' : 'text-faint')} aria-hidden />
                <span className={cn('min-w-0 flex-1 truncate', !shown && 'text-subtle')}>{titleById(kind, id, t)}</span>
                <Checkbox
                  id={`column-${id}`}
                  checked={shown}
                  onCheckedChange={(on) => onLayout((l) => showColumn(l, id, on))}
                />
              </label>
            </li>
          )
        })}
      </ul>
      <p className="border-t border-line px-3 py-2 text-xs text-subtle">{t('columns.hint')}</p>
    </Popover>
  )
}
