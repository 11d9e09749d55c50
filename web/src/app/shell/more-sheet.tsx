import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, LogOut, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { countOptions, MOST } from '@/features/notifications/count'
import { useRoleName } from '@/shared/access/role-name'
import { LOCALES, type Locale } from '@/shared/i18n'
import { usePreferences } from '@/shared/session/preferences'
import { can, useSession } from '@/shared/session/session'
import { THEMES } from '@/shared/theme/theme'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Drawer } from '@/shared/ui/drawer'
import { CheckMark } from '@/shared/ui/icons'
import { Segmented } from '@/shared/ui/segmented'
import { useSignOut, useSwitchOrganization } from './api'
import { LiveRow } from './live-light'
import { phonePlaces } from './navigation'
import { hide, show, useShell } from './overlays'

const row =
  'flex min-h-12 w-full items-center gap-3 rounded-md px-2 text-left text-base outline-offset-[-2px] active:bg-hover'
const close = () => hide('more')

/** The phone's second page of navigation: the rest of the places, the organization, the account. */
export default function MoreSheet() {
  const { t } = useTranslation('shell')
  const session = useSession()
  const open = useShell((s) => s.open === 'more')
  return (
    <Drawer
      side="bottom"
      open={open}
      onOpenChange={(o) => !o && close()}
      title={
        <span className="flex items-center gap-2.5">
          <Avatar name={session.user.name} size={28} />
          {session.user.name}
        </span>
      }
    >
      <div className="-mx-2 -mt-2 flex flex-col">
        {phonePlaces((i) => !i.needs || can(session, i.needs)).more.map(({ id, to, icon: Icon }) => (
          <Link key={id} to={to} onClick={close} className={row} activeProps={{ className: 'text-accent-text' }}>
            <Icon size={20} strokeWidth={1.75} aria-hidden className="text-subtle" />
            <span className="flex-1">{t(`nav.${id}`)}</span>
            {id === 'notifications' && <Unread />}
            <ChevronRight size={16} aria-hidden className="text-faint" />
          </Link>
        ))}
        <Group title={t('organization.menu')}>
          <Organizations />
        </Group>
        <Group title={t('palette.appearance')}>
          <Appearance />
        </Group>
        <SignOut />
        <section className="mt-2 border-t border-line pt-2">
          <LiveRow />
        </section>
      </div>
    </Drawer>
  )
}

function Unread() {
  const unread = useQuery(countOptions()).data?.unread ?? 0
  return unread > 0 && <span className="tabular text-sm text-subtle">{unread > MOST ? `${MOST}+` : unread}</span>
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-2 border-t border-line pt-2">
      <h3 className="px-2 pt-1 pb-1 text-xs font-medium text-subtle">{title}</h3>
      {children}
    </section>
  )
}

function Organizations() {
  const roleName = useRoleName()
  const { t } = useTranslation('shell')
  const { organization, organizations } = useSession()
  const change = useSwitchOrganization()
  return (
    <>
      {organizations.map((o) => (
        <button
          key={o.id}
          type="button"
          aria-pressed={o.id === organization.id}
          className={row}
          onClick={() => {
            close()
            if (o.id !== organization.id) change.mutate(o.id)
          }}
        >
          <CompanyLogo name={o.name} size={24} />
          <span className="min-w-0 flex-1">
            <span className="block truncate">{o.name}</span>
            <span className="block text-xs text-subtle">{roleName(o.role)}</span>
          </span>
          {o.id === organization.id && <CheckMark />}
        </button>
      ))}
      <button type="button" className={row} onClick={() => show('newOrganization')}>
        <Plus size={20} strokeWidth={1.75} aria-hidden className="mx-0.5 text-subtle" />
        {t('organization.new')}
      </button>
    </>
  )
}

function Appearance() {
  const { t } = useTranslation()
  const { user } = useSession()
  const { save } = usePreferences()
  return (
    <div className="flex flex-col gap-2 px-2 pt-1 pb-2">
      <Segmented
        label={t('theme.label')}
        value={user.theme}
        onValueChange={(theme) => save({ theme })}
        options={THEMES.map((v) => ({ value: v, label: t(`theme.${v}`) }))}
        className="flex!"
      />
      <Segmented<Locale>
        label={t('language.label')}
        value={user.locale}
        onValueChange={(locale) => save({ locale })}
        options={LOCALES.map((v) => ({ value: v, label: t(`language.${v}`) }))}
        className="flex!"
      />
    </div>
  )
}

function SignOut() {
  const { t } = useTranslation('shell')
  const { user } = useSession()
  const signOut = useSignOut()
  return (
    <section className="mt-2 border-t border-line pt-2">
      <button
        type="button"
        className={row}
        onClick={() => {
          close()
          signOut.mutate()
        }}
      >
        <LogOut size={20} strokeWidth={1.75} aria-hidden className="text-subtle" />
        <span className="min-w-0 flex-1">
          <span className="block">{t('account.signOut')}</span>
          <span className="block truncate text-xs text-subtle">{user.email}</span>
        </span>
      </button>
    </section>
  )
}
