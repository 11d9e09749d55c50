import { Link } from '@tanstack/react-router'
import { Menu, Search } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useKey } from '@/shared/commands/keys'
import { can, useSession } from '@/shared/session/session'
import { Kbd } from '@/shared/ui/kbd'
import { Logo } from '@/shared/ui/logo'
import { Bell } from './bell'
import { InboxCount } from './inbox-count'
import { GROUPS, type NavItem, phonePlaces } from './navigation'
import { show, useShell } from './overlays'

// Menus are a chunk of their own: the page does not wait for them.
const OrganizationMenu = lazy(() => import('./menus').then((m) => ({ default: m.OrganizationMenu })))
const AccountBar = lazy(() => import('./menus').then((m) => ({ default: m.AccountBar })))

function Item({ item }: { item: NavItem }) {
  const { t } = useTranslation('shell')
  const Icon = item.icon
  return (
    <Link
      to={item.to}
      activeOptions={{ exact: item.to === '/' }}
      className="group flex h-[30px] items-center gap-2.5 rounded-md px-2 font-medium text-muted transition-colors duration-75 hover:bg-hover hover:text-fg"
      activeProps={{ className: 'bg-surface! text-fg! shadow-card', 'aria-current': 'page' }}
    >
      <Icon
        size={16}
        strokeWidth={1.75}
        aria-hidden
        className="shrink-0 text-subtle group-hover:text-muted group-data-[status=active]:text-accent"
      />
      <span className="min-w-0 flex-1 truncate">{t(`nav.${item.id}`)}</span>
      {item.id === 'inbox' && <InboxCount className="text-xs text-subtle" />}
    </Link>
  )
}

export function Sidebar() {
  const { t } = useTranslation('shell')
  const key = useKey('palette')
  const session = useSession()
  return (
    <aside className="hidden w-(--sidebar-w) shrink-0 flex-col md:flex">
      <div className="flex h-[52px] items-center px-2.5 pt-1">
        <div className="min-w-0 flex-1">
          <Suspense
            fallback={
              <span className="pl-1.5">
                <Logo />
              </span>
            }
          >
            <OrganizationMenu />
          </Suspense>
        </div>
        <Bell />
      </div>
      <div className="px-2.5 pb-2">
        <button
          type="button"
          onClick={() => show('palette')}
          className="flex h-8 w-full items-center gap-2 rounded-md bg-surface px-2 text-sm text-subtle shadow-card hover:shadow-card-hover"
        >
          <Search size={15} strokeWidth={1.75} aria-hidden />
          <span className="min-w-0 flex-1 truncate text-left">{t('nav.find')}</span>
          {key && <Kbd>{key}</Kbd>}
        </button>
      </div>
      <nav
        aria-label={t('nav.main')}
        className="no-scrollbar flex min-h-0 flex-1 flex-col gap-px overflow-y-auto px-2.5 pt-px pb-3"
      >
        {GROUPS.map((g) => {
          const items = g.items.filter((i) => !i.needs || can(session, i.needs))
          return (
            items.length > 0 && (
              <div key={g.id ?? 'top'} className="flex flex-col gap-px">
                {g.id && <div className="px-2 pt-4 pb-1 text-xs font-medium text-subtle">{t(`nav.${g.id}`)}</div>}
                {items.map((i) => (
                  <Item key={i.id} item={i} />
                ))}
              </div>
            )
          )
        })}
      </nav>
      <Suspense fallback={<span className="h-13" />}>
        <AccountBar />
      </Suspense>
    </aside>
  )
}

const tab = 'flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-subtle outline-offset-[-2px]'
const tabLabel = 'max-w-full truncate px-1 text-2xs font-medium'

/** The phone's navigation. */
export function TabBar() {
  const { t } = useTranslation('shell')
  const session = useSession()
  const open = useShell((s) => s.open)
  return (
    <nav
      aria-label={t('nav.main')}
      className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {phonePlaces((i) => !i.needs || can(session, i.needs)).tabs.map(({ id, to, icon: Icon }) => (
        <Link
          key={id}
          to={to}
          activeOptions={{ exact: to === '/' }}
          className={tab}
          activeProps={{ className: 'text-accent-text!' }}
        >
          <span className="relative">
            <Icon size={21} strokeWidth={1.75} aria-hidden />
            {id === 'inbox' && (
              <InboxCount className="absolute -top-1 left-2.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-2xs font-semibold text-accent-fg" />
            )}
          </span>
          <span className={tabLabel}>{t(`nav.${id}`)}</span>
        </Link>
      ))}
      <button type="button" aria-haspopup="dialog" onClick={() => show('palette')} className={tab}>
        <Search size={21} strokeWidth={1.75} aria-hidden />
        <span className={tabLabel}>{t('nav.find')}</span>
      </button>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open === 'more'}
        onClick={() => show('more')}
        className={tab}
      >
        <Menu size={21} strokeWidth={1.75} aria-hidden />
        <span className={tabLabel}>{t('nav.more')}</span>
      </button>
    </nav>
  )
}
