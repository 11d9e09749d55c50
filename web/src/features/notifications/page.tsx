import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  ArrowDown,
  ArrowUp,
  Bell,
  CheckCheck,
  Clock,
  ListChecks,
  MailOpen,
  Settings,
  SquareCheck,
  X,
} from 'lucide-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { Button, buttonCls } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { PageHeader } from '@/shared/ui/page-header'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { tabCls } from '@/shared/ui/tab-look'
import { Tip } from '@/shared/ui/tooltip'
import { useActions } from './actions'
import { countOptions, MOST } from './count'
import { NotificationList, useNotifications, useRowMenu, useWalk } from './list'
import { isUnread, whichOf } from './model'
import { SHOWS, type Show } from './search-params'

const nothing: ReadonlySet<string> = new Set()

/** Everything one was told. Which part is in the address. */
export function NotificationsPage({ show }: { show: Show }) {
  const { t } = useTranslation('notifications')
  const { t: tc } = useTranslation()
  const actions = useActions()
  const root = useRef<HTMLDivElement>(null)
  const walk = useWalk(root)
  const { menu, setMenu } = useRowMenu()
  const { q, items } = useNotifications(show)
  const { data: count } = useQuery(countOptions())
  const [chosen, setChosen] = useState<ReadonlySet<string>>(nothing)
  const last = useRef<string | null>(null)
  const all = useRef(items)
  all.current = items
  // What has left the list is no longer chosen.
  const selected = useMemo(
    () => new Set((items ?? []).filter((n) => chosen.has(n.id)).map((n) => n.id)),
    [items, chosen],
  )
  const onSelect = useCallback((id: string, on: boolean, range: boolean) => {
    const ids = all.current?.map((n) => n.id) ?? []
    const [from, to] = [ids.indexOf(range ? (last.current ?? id) : id), ids.indexOf(id)].sort((a, b) => a - b)
    last.current = id
    setChosen((now) => {
      const next = new Set(now)
      for (const one of ids.slice(from, (to ?? 0) + 1)) {
        if (on) next.add(one)
        else next.delete(one)
      }
      return next
    })
  }, [])
  const clear = () => setChosen(nothing)
  const some = (items ?? []).filter((n) => selected.has(n.id))
  const here = () => items?.find((n) => n.id === walk.here())
  const snoozeAt = (anchor: HTMLElement | null) => {
    const n = some[0] ?? here()
    if (n && anchor) setMenu({ n, anchor, menu: 'later' })
  }
  const toggleRead = () => {
    const n = here()
    if (some.length > 0) actions.readMany(some, some.some(isUnread))
    else if (n) actions.read(n, isUnread(n))
    walk.stay()
  }
  useListCommands({
    next: () => walk.step(1),
    previous: () => walk.step(-1),
    read: toggleRead,
    snooze: () => snoozeAt(walk.anchor() ?? root.current?.querySelector<HTMLElement>('[data-notification]') ?? null),
    select: () => {
      const id = walk.here()
      if (id) onSelect(id, !selected.has(id), false)
    },
    selectAll: () => setChosen(new Set(items?.map((n) => n.id))),
    readAll: () => void actions.readAll(whichOf(show), items?.[0]?.lastAt),
  })
  const unread = count?.unread ?? 0
  return (
    <>
      <PageHeader
        icon={Bell}
        title={t('title')}
        count={unread > 0 ? (unread > MOST ? `${MOST}+` : unread) : undefined}
        actions={
          <>
            {show !== 'snoozed' && (
              <Button
                aria-label={t('readAll')}
                className="any-pointer-coarse:h-9"
                disabled={!items?.some(isUnread)}
                onClick={() => void actions.readAll(whichOf(show), items?.[0]?.lastAt)}
              >
                <CheckCheck size={15} aria-hidden />
                <span className="max-md:hidden">{t('readAll')}</span>
              </Button>
            )}
            <Tip label={t('settings')}>
              <Link
                to="/settings/notifications"
                aria-label={t('settings')}
                className={`${buttonCls('ghost', 'icon')} any-pointer-coarse:size-9`}
              >
                <Settings size={15} />
              </Link>
            </Tip>
          </>
        }
      />
      {selected.size > 0 ? (
        <div
          role="toolbar"
          aria-label={tc('selected', { count: selected.size })}
          className="no-scrollbar flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2.5 any-pointer-coarse:h-13"
        >
          <IconButton label={tc('action.clear')} onClick={clear}>
            <X size={15} />
          </IconButton>
          <span className="tabular mr-2 text-sm font-medium whitespace-nowrap">
            {tc('selected', { count: selected.size })}
          </span>
          <Button variant="ghost" onClick={() => actions.readMany(some, true)} disabled={!some.some(isUnread)}>
            <CheckCheck size={14} aria-hidden />
            {t('markRead')}
          </Button>
          <Button variant="ghost" onClick={() => actions.readMany(some, false)} disabled={some.every(isUnread)}>
            <MailOpen size={14} aria-hidden />
            {t('markUnread')}
          </Button>
          <Button variant="ghost" aria-haspopup="menu" onClick={(e) => snoozeAt(e.currentTarget)}>
            <Clock size={14} aria-hidden />
            {t('snooze')}
          </Button>
        </div>
      ) : (
        <nav
          aria-label={t('filter')}
          className="no-scrollbar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2.5 any-pointer-coarse:h-13"
        >
          {SHOWS.map((s) => (
            <Link
              key={s}
              to="/notifications"
              search={s === 'all' ? {} : { show: s }}
              activeOptions={{ exact: true, includeSearch: true }}
              className={tabCls}
              activeProps={{ className: 'bg-active text-fg!' }}
            >
              {t(`show.${s}`)}
              {s === 'mentions' && !!count?.mentions && (
                <span className="tabular text-xs text-subtle">
                  {count.mentions > MOST ? `${MOST}+` : count.mentions}
                </span>
              )}
            </Link>
          ))}
        </nav>
      )}
      <RefreshBar active={q.isRefetching} label={tc('ui.loading')} />
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div className="mx-auto w-full max-w-[760px] p-3 md:p-6">
          <NotificationList
            key={show}
            show={show}
            actions={actions}
            root={root}
            walk={walk}
            selected={selected}
            onSelect={onSelect}
            menu={menu}
            onMenu={setMenu}
            onOpen={() => {}}
          />
        </div>
      </ScrollRegion>
    </>
  )
}

type Keys = Record<'next' | 'previous' | 'read' | 'snooze' | 'select' | 'selectAll' | 'readAll', () => void>
function useListCommands(keys: Keys) {
  const { t } = useTranslation('notifications')
  const now = useRef(keys)
  now.current = keys
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'notifications.next',
        label: t('keys.next'),
        icon: ArrowDown,
        action: 'next',
        run: () => now.current.next(),
      },
      {
        id: 'notifications.previous',
        label: t('keys.previous'),
        icon: ArrowUp,
        action: 'previous',
        run: () => now.current.previous(),
      },
      {
        id: 'notifications.read',
        label: t('keys.read'),
        icon: CheckCheck,
        action: 'read',
        run: () => now.current.read(),
      },
      {
        id: 'notifications.snooze',
        label: t('snooze'),
        icon: Clock,
        action: 'snooze',
        run: () => now.current.snooze(),
      },
      {
        id: 'notifications.select',
        label: t('keys.select'),
        icon: SquareCheck,
        action: 'select',
        run: () => now.current.select(),
      },
      {
        id: 'notifications.selectAll',
        label: t('keys.selectAll'),
        icon: ListChecks,
        action: 'selectAll',
        run: () => now.current.selectAll(),
      },
      { id: 'notifications.readAll', label: t('readAll'), icon: CheckCheck, run: () => now.current.readAll() },
    ],
    [t],
  )
  useCommands(commands)
}
