import { Link, useLocation } from '@tanstack/react-router'
import { Settings } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { can, type Permission, useSession } from '@/shared/session/session'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { tabCls } from '@/shared/ui/tab-look'

type Section = { id: string; needs?: Permission }
const SECTIONS = [
  { id: 'profile' },
  { id: 'preferences' },
  { id: 'notifications' },
  { id: 'shortcuts' },
  { id: 'security' },
  { id: 'organization' },
  { id: 'roles', needs: 'team.members.read' },
  { id: 'fields' },
  { id: 'templates', needs: 'messaging.chats.read' },
  { id: 'contact-policy', needs: 'campaigns.read' },
  { id: 'channels', needs: 'api.webhooks.read' },
  { id: 'api-keys', needs: 'api.keys.write' },
  { id: 'webhooks', needs: 'api.webhooks.read' },
  { id: 'audit' },
  { id: 'mail', needs: 'org.settings.write' },
] as const satisfies readonly Section[]

/** They have tables of their own. */
const WIDE = /^\/settings\/(roles|audit)\b/

export function SettingsLayout({ children }: { children: ReactNode }) {
  const { t } = useTranslation('settings')
  const session = useSession()
  const tabs = useRef<HTMLElement>(null)
  const here = useLocation({ select: (l) => l.pathname })
  useEffect(() => {
    // On a small phone the strip scrolls: the section one is in stays in sight.
    const section = here.split('/').slice(0, 3).join('/')
    tabs.current?.querySelector(`[href="${section}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [here])
  return (
    <>
      <PageHeader icon={Settings} title={t('title')} />
      <nav
        ref={tabs}
        aria-label={t('sections')}
        className="no-scrollbar flex h-11 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2.5 any-pointer-coarse:h-13"
      >
        {SECTIONS.filter((s) => !('needs' in s) || can(session, s.needs)).map(({ id: s }) => (
          // Some are pages of the one route with a name in it: to the router that is the same address.
          <Link
            key={s}
            to={`/settings/${s as 'profile'}`}
            className={tabCls}
            activeProps={{ className: 'bg-active text-fg!' }}
          >
            {t(`${s}.title`)}
          </Link>
        ))}
      </nav>
      <ScrollRegion label={t('title')} className="bg-sunken">
        <div
          className="mx-auto flex w-full max-w-[720px] flex-col gap-3 p-3 md:gap-4 md:p-6"
          style={WIDE.test(here) ? { maxWidth: 1100 } : undefined}
        >
          {children}
        </div>
      </ScrollRegion>
    </>
  )
}
