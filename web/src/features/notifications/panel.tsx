import { Link } from '@tanstack/react-router'
import { CheckCheck, Settings } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAction } from '@/shared/commands/keys'
import { cn } from '@/shared/lib/cn'
import { buttonCls } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { tabCls } from '@/shared/ui/tab-look'
import { Tip } from '@/shared/ui/tooltip'
import { useActions } from './actions'
import { NotificationList, useNotifications, useRowMenu, useWalk } from './list'
import { isUnread, whichOf } from './model'
import type { Show } from './search-params'

const SHOWN = ['all', 'unread', 'mentions'] as const satisfies readonly Show[]

/** What is new, over any page. In a popover, or in the sheet of a phone, which brings its own title. */
export default function NotificationPanel({ sheet, onClose }: { sheet: boolean; onClose: () => void }) {
  const { t } = useTranslation('notifications')
  const [show, setShow] = useState<Show>('all')
  const actions = useActions()
  const root = useRef<HTMLDivElement>(null)
  const walk = useWalk(root)
  const { menu, setMenu } = useRowMenu()
  const { items } = useNotifications(show)
  const find = () => items?.find((n) => n.id === walk.here())
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.metaKey || e.ctrlKey || e.altKey || menu) return
    const n = find()
    const anchor = walk.anchor()
    if (isAction(e.nativeEvent, 'next') || e.key === 'ArrowDown') walk.step(1)
    else if (isAction(e.nativeEvent, 'previous') || e.key === 'ArrowUp') walk.step(-1)
    else if (n && isAction(e.nativeEvent, 'read')) {
      actions.read(n, isUnread(n))
      walk.stay()
    } else if (n && anchor && isAction(e.nativeEvent, 'snooze')) setMenu({ n, anchor, menu: 'later' })
    else return
    e.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the rows inside
    <div onKeyDown={onKeyDown} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-0.5 border-b border-line px-2.5 py-1.5">
        {!sheet && <h2 className="mr-auto pl-1.5 text-base font-semibold">{t('title')}</h2>}
        <fieldset className={cn('flex', sheet && 'mr-auto')}>
          <legend className="sr-only">{t('filter')}</legend>
          {SHOWN.map((s) => (
            <button
              key={s}
              type="button"
              aria-pressed={s === show}
              data-active={s === show ? '' : undefined}
              className={tabCls}
              onClick={() => setShow(s)}
            >
              {t(`show.${s}`)}
            </button>
          ))}
        </fieldset>
        <IconButton
          label={t('readAll')}
          className="any-pointer-coarse:size-9"
          disabled={!items?.some(isUnread)}
          onClick={() => void actions.readAll(whichOf(show), items?.[0]?.lastAt)}
        >
          <CheckCheck size={16} />
        </IconButton>
        <Tip label={t('settings')}>
          <Link
            to="/settings/notifications"
            aria-label={t('settings')}
            className={`${buttonCls('ghost', 'icon')} any-pointer-coarse:size-9`}
            onClick={onClose}
          >
            <Settings size={15} />
          </Link>
        </Tip>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls from the keyboard, also when it is empty */}
      <section aria-label={t('title')} tabIndex={0} className={scrollCls(sheet)}>
        <NotificationList
          compact
          show={show}
          actions={actions}
          root={root}
          walk={walk}
          menu={menu}
          onMenu={setMenu}
          onOpen={onClose}
        />
      </section>
      <div className="border-t border-line p-1.5">
        <Link
          to="/notifications"
          className={`${buttonCls('ghost', 'md')} w-full any-pointer-coarse:h-10`}
          onClick={onClose}
        >
          {t('openPage')}
        </Link>
      </div>
    </div>
  )
}
const scrollCls = (sheet: boolean) =>
  cn(
    'relative min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]',
    !sheet && 'max-h-[min(440px,60vh)] min-h-[296px]!',
  )
