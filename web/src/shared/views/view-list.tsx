import { useQueryClient } from '@tanstack/react-query'
import { Ellipsis, GripVertical, Search, Star } from 'lucide-react'
import { type DragEvent, type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { announce } from '@/shared/ui/announcer'
import { IconButton } from '@/shared/ui/icon-button'
import { CheckMark } from '@/shared/ui/icons'
import { Input } from '@/shared/ui/input'
import { Menu, MenuContent, MenuTrigger } from '@/shared/ui/menu'
import { Popover } from '@/shared/ui/popover'
import { placeView } from './api'
import type { Asking } from './asking'
import { mayChange, type SavedView } from './model'
import { Signs } from './signs'
import type { Views } from './use-views'
import { ViewIcon } from './view-icon'
import ViewMenu from './view-menu'

type ListProps = {
  views: Views
  mayShare: boolean
  anchor: Element | null
  onAsk: (a: Asking) => void
  onClose: () => void
}
const MANY = 8
/** Every view: opened, ordered by dragging or with the arrow keys on the handle, changed by its menu. */
export default function ViewList({ views, mayShare, anchor, onAsk, onClose }: ListProps) {
  const { t } = useTranslation('views')
  const qc = useQueryClient()
  const [text, setText] = useState('')
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<string | null>(null)
  const words = text.trim().toLowerCase()
  const shown = views.views.filter((v) => v.name.toLowerCase().includes(words))
  const at = (id: string) => views.views.findIndex((v) => v.id === id)
  const place = (view: SavedView, to: number) => {
    const last = views.views.length - 1
    const clamped = Math.max(0, Math.min(last, to))
    if (clamped === at(view.id)) return
    announce(t('moved', { name: view.name, position: clamped + 1, count: last + 1 }))
    void placeView(qc, view, clamped)
  }
  const onKey = (e: KeyboardEvent, view: SavedView) => {
    const by = e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0
    if (!by) return
    e.preventDefault()
    place(view, at(view.id) + by)
  }
  const onDrop = (e: DragEvent) => {
    e.preventDefault()
    const view = views.views.find((v) => v.id === dragged)
    if (view && over && over !== dragged) place(view, at(over))
    setDragged(null)
    setOver(null)
  }
  return (
    <Popover
      open
      bare
      label={t('all')}
      anchor={anchor}
      align="end"
      onOpenChange={(o) => !o && onClose()}
      className="flex w-80 flex-col"
    >
      <h2 className="px-3 pt-2.5 pb-2 text-sm font-semibold">{t('all')}</h2>
      {views.views.length > MANY && (
        <div className="px-2 pb-2">
          <Input
            type="search"
            size="sm"
            aria-label={t('find')}
            placeholder={t('find')}
            icon={<Search size={13} aria-hidden />}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        </div>
      )}
      <ul
        aria-label={t('all')}
        className="max-h-[min(440px,60vh)] overflow-y-auto border-t border-line p-1"
        onDragOver={(e) => e.preventDefault()}
        onDrop={onDrop}
      >
        {shown.map((v) => {
          const may = mayChange(v, mayShare)
          return (
            <li
              key={v.id}
              draggable={may}
              onDragStart={(e) => {
                e.dataTransfer.effectAllowed = 'move'
                e.dataTransfer.setData('text/plain', v.id)
                setDragged(v.id)
              }}
              onDragEnter={() => setOver(v.id)}
              onDragEnd={() => {
                setDragged(null)
                setOver(null)
              }}
              className={cn(
                'flex min-h-8 items-center gap-1 rounded-sm pr-1 pl-0.5 text-sm hover:bg-hover any-pointer-coarse:min-h-10',
                dragged === v.id && 'opacity-40',
                over === v.id && dragged && dragged !== v.id && 'shadow-[inset_0_2px_0_var(--accent)]',
              )}
            >
              {may ? (
                <button
                  type="button"
                  aria-label={t('move', { name: v.name })}
                  onKeyDown={(e) => onKey(e, v)}
                  className="grid size-6 shrink-0 cursor-grab place-items-center rounded-xs text-faint hover:text-muted active:cursor-grabbing"
                >
                  <GripVertical size={13} aria-hidden />
                </button>
              ) : (
                <span className="size-6 shrink-0" />
              )}
              <a
                href={views.hrefOf(v)}
                draggable={false}
                aria-current={v.id === views.current?.id ? 'page' : undefined}
                onClick={(e) => {
                  if (e.metaKey || e.ctrlKey || e.shiftKey) return
                  e.preventDefault()
                  onClose()
                  views.open(v)
                }}
                className="flex min-h-8 min-w-0 flex-1 items-center gap-2 text-muted"
              >
                <ViewIcon icon={v.icon} />
                <span className="min-w-0 truncate text-fg">{v.name}</span>
                <Signs view={v} />
                {v.isDefault && (
                  <Star
                    size={12}
                    role="img"
                    aria-label={t('default')}
                    aria-hidden={false}
                    className="shrink-0 text-faint"
                  />
                )}
                <span className="ml-auto flex shrink-0 items-center gap-2 pl-2">
                  {!v.mine && <span className="max-w-24 truncate text-xs text-subtle">{v.ownerName}</span>}
                  {v.id === views.current?.id && <CheckMark />}
                </span>
              </a>
              <Menu>
                <MenuTrigger
                  render={
                    <IconButton label={t('actions', { name: v.name })} size="icon-xs" tip={false}>
                      <Ellipsis size={14} />
                    </IconButton>
                  }
                />
                <MenuContent align="end">
                  <ViewMenu view={v} views={views} mayShare={mayShare} upright onAsk={onAsk} />
                </MenuContent>
              </Menu>
            </li>
          )
        })}
        {shown.length === 0 && <li className="px-3 py-2 text-xs text-subtle">{t('nothing')}</li>}
      </ul>
      <p className="border-t border-line px-3 py-2 text-xs text-subtle">{t('hint')}</p>
    </Popover>
  )
}
