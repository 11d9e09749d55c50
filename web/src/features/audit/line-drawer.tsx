import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Drawer } from '@/shared/ui/drawer'
import type { AuditLine, Change } from './api'
import { type AuditSearch, valueText } from './model'
import { useAuditNames } from './names'

type DrawerProps = { line: AuditLine; onFilter: (change: Partial<AuditSearch>) => void; onClose: () => void }
/** One line: what was there before, and what after. */
export default function LineDrawer({ line: l, onFilter, onClose }: DrawerProps) {
  const { t } = useTranslation('audit')
  const { dateTime } = useFormat()
  const names = useAuditNames()
  const [subject] = l.subject.ids
  const { id } = l.actor
  const none = t('unknown')
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && onClose()}
      title={names.action(l.action)}
      description={t('line', { number: l.number })}
      footer={
        <>
          {id && (
            <Button size="md" onClick={() => onFilter({ actor: id, who: names.actor(l.actor) })}>
              {t('byActor')}
            </Button>
          )}
          {subject && (
            <Button size="md" onClick={() => onFilter({ subject })}>
              {t('bySubject')}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <dl className="flex flex-col gap-2 text-sm">
          <Fact name={t('who')}>{names.actor(l.actor)}</Fact>
          <Fact name={t('when')}>
            <time dateTime={l.at}>{dateTime(l.at)}</time>
          </Fact>
          <Fact name={t('where')}>{l.ip ?? none}</Fact>
          <Fact name={t('device')}>{l.device ?? none}</Fact>
          <Fact name={t('subject')}>
            {names.subject(l.subject)}
            {subject && <code className="block font-mono text-xs text-subtle select-all">{subject}</code>}
          </Fact>
          <Fact name={t('request')}>
            <code className="font-mono text-xs select-all">{l.requestId}</code>
          </Fact>
          <Fact name={t('seal')}>
            <code className="font-mono text-xs select-all">{l.hash}</code>
          </Fact>
        </dl>
        <section>
          <h3 className="mb-2 text-sm font-semibold">{t('changes')}</h3>
          {l.changes.length > 0 ? (
            <ul className="flex flex-col gap-2">
              {l.changes.map((c) => (
                <ChangeRow key={c.field} change={c} />
              ))}
            </ul>
          ) : (
            <p className="text-sm text-subtle">{t('noChanges')}</p>
          )}
        </section>
      </div>
    </Drawer>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-4">
      <dt className="w-24 shrink-0 text-subtle">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

function ChangeRow({ change }: { change: Change }) {
  const { t } = useTranslation('audit')
  return (
    <li className="rounded-lg border border-line p-3">
      <h4 className="font-mono text-xs text-muted">{change.field}</h4>
      <dl className="mt-1 flex flex-col gap-1 text-sm">
        {(['before', 'after'] as const).map((side) => {
          const value = valueText(change[side])
          return (
            <div key={side} className="flex gap-3">
              <dt className="w-16 shrink-0 text-subtle">{t(side)}</dt>
              <dd className="min-w-0 flex-1 break-words whitespace-pre-wrap">
                {value ?? <span className="text-subtle">{t('none')}</span>}
              </dd>
            </div>
          )
        })}
      </dl>
    </li>
  )
}
