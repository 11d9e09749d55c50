import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRegisteredCommands } from '@/shared/commands/commands'
import { can, useSession } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Kbd } from '@/shared/ui/kbd'
import { ALL } from './navigation'
import { hide, useShell } from './overlays'
import { keysOf, wayTo } from './palette-commands'

type Row = { label: string; keys: readonly string[]; id: string }

function Section({ title, rows }: { title: string; rows: readonly Row[] }) {
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1 text-xs font-medium text-subtle">{title}</h3>
      <dl>
        {rows.map((r) => (
          <div key={r.id} className="flex min-h-8 items-center gap-3 border-b border-line-soft text-sm last:border-0">
            <dt className="min-w-0 flex-1">{r.label}</dt>
            <dd className="flex shrink-0 gap-1">
              {r.keys.map((k) => (
                <Kbd key={k}>{k}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export default function ShortcutSheet() {
  const { t } = useTranslation('shell')
  const session = useSession()
  const open = useShell((s) => s.open === 'shortcuts')
  const here = useRegisteredCommands().filter((c) => keysOf(c))
  const taken = new Set(here.map((c) => c.action))
  const actions = [
    ['palette', t('palette.title')],
    ['search', t('shortcuts.search')],
    ['create', t('shortcuts.create')],
    ['copyLink', t('shortcuts.copyLink')],
  ] as const
  const general: Row[] = [
    ...actions.flatMap(([action, label]) => {
      const keys = keysOf({ action })
      const may = action !== 'create' || can(session, 'crm.contacts.write')
      return keys && may && !taken.has(action) ? { id: action, label, keys } : []
    }),
    { id: 'sheet', label: t('shortcuts.title'), keys: ['?'] },
    { id: 'close', label: t('shortcuts.close'), keys: ['Esc'] },
  ]
  const places = ALL.filter((i) => !i.needs || can(session, i.needs)).flatMap((i) => {
    const keys = wayTo(i.id)
    return keys ? { id: i.id, label: t(`nav.${i.id}`), keys } : []
  })
  const sections: [string, ReactNode][] = [
    ['general', <Section key="general" title={t('shortcuts.general')} rows={general} />],
    ['go', <Section key="go" title={t('palette.goTo')} rows={places} />],
  ]
  return (
    <Dialog
      open={open}
      onOpenChange={(o) => !o && hide('shortcuts')}
      title={t('shortcuts.title')}
      description={t('shortcuts.text')}
    >
      <div className="gap-8 pt-2 sm:columns-2">
        {here.length > 0 && (
          <Section
            title={t('shortcuts.here')}
            rows={here.map((c) => ({ id: c.id, label: c.label, keys: keysOf(c) ?? [] }))}
          />
        )}
        {sections.map(([, node]) => node)}
      </div>
      <Link to="/settings/shortcuts" onClick={() => hide('shortcuts')} className={buttonCls('secondary', 'md')}>
        {t('shortcuts.change')}
      </Link>
    </Dialog>
  )
}
