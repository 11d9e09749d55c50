import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { moved } from '@/shared/ui/drop-place'
import { Popover } from '@/shared/ui/popover'
import { SortableList } from '@/shared/ui/sortable-list'
import { type Column, columnTitle, defaultLayout, type Layout, showColumn } from './deal-columns'

type MenuProps = {
  columns: readonly Column[]
  layout: Layout
  anchor: HTMLElement | null
  onLayout: (l: Layout) => void
  onClose: () => void
}
/** Which columns, in which order. */
export default function DealColumnsMenu({ columns, layout, anchor, onLayout, onClose }: MenuProps) {
  const { t } = useTranslation('pipeline')
  const byId = new Map(columns.map((c) => [c.id, c]))
  const known = layout.order.filter((id) => id !== 'title').flatMap((id) => byId.get(id) ?? [])
  const move = (c: Column, to: number) => {
    const target = known[to]
    if (!target) return
    const { order } = layout
    onLayout({ ...layout, order: moved(order, order.indexOf(c.id), order.indexOf(target.id)) })
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
        <Button variant="ghost" size="xs" className="ml-auto" onClick={() => onLayout(defaultLayout(columns))}>
          <RotateCcw size={13} aria-hidden />
          {t('columns.reset')}
        </Button>
      </div>
      <SortableList
        label={t('columns.title')}
        items={known}
        idOf={(c) => c.id}
        nameOf={(c) => columnTitle(c, t)}
        onMove={move}
        className="max-h-[min(420px,60vh)] overflow-y-auto border-t border-line p-1"
      >
        {(c, handle) => (
          <div className="flex h-8 items-center gap-1 rounded-sm bg-raised pr-2 text-sm hover:bg-hover">
            {handle}
            <label htmlFor={`deal-column-${c.id}`} className="flex h-full min-w-0 flex-1 items-center gap-2">
              <span className="min-w-0 flex-1 truncate">{columnTitle(c, t)}</span>
              <Checkbox
                id={`deal-column-${c.id}`}
                checked={!layout.hidden.includes(c.id)}
                onCheckedChange={(on) => onLayout(showColumn(layout, c.id, on))}
              />
            </label>
          </div>
        )}
      </SortableList>
    </Popover>
  )
}
