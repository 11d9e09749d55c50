import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRegisteredCommands } from '@/shared/commands/commands'
import { can, useSession } from '@/shared/session/session'
import { Dialog } from '@/shared/ui/dialog'
import { Kbd } from '@/shared/ui/kbd'
import { ALL } from './navigation'
import { hide, useShell } from './overlays'
import { keysOf } from './palette-commands'
import { commandKey } from './platform'

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
  const here = useRegisteredCommands().filter((c) => c.key)
  const taken = new Set(here.filter((c) => !c.mod).map((c) => c.key))
  const general: Row[] = [
    { id: 'palette', label: t('palette.title'), keys: [commandKey('K')] },
    { id: 'search', label: t('shortcuts.search'), keys: ['/'] },
    { id: 'create', label: t('shortcuts.create'), keys: ['C'] },
    { id: 'link', label: t('shortcuts.copyLink'), keys: [commandKey('.')] },
    { id: 'sheet', label: t('shortcuts.title'), keys: ['?'] },
    { id: 'close', label: t('shortcuts.close'), keys: ['Esc'] },
  ]
  const places = ALL.filter((i) => !i.needs || can(session, i.needs)).map((i) => ({
    id: i.id,
    label: t(`nav.${i.id}`),
    keys: ['G', i.key],
  }))
  const sections: [string, ReactNode][] = [
    [
      'general',
      <Section
        key="general"
        title={t('shortcuts.general')}
        rows={general.filter((r) => !taken.has(r.keys[0]) && (r.id !== 'create' || can(session, 'crm.contacts.write')))}
      />,
    ],
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
    </Dialog>
  )
}
