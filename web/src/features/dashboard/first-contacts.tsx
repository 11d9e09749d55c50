import { Link } from '@tanstack/react-router'
import { Plus, Upload, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { cardCls } from './card'

const SOURCES = ['Google Contacts', 'Outlook', 'LinkedIn', 'HubSpot', 'amoCRM', 'Bitrix24']

/** A new organization: nothing to measure yet, so this is about the first contacts. */
export function FirstContacts() {
  const { t } = useTranslation('dashboard')
  const mayImport = useCan('crm.contacts.import')
  const mayWrite = useCan('crm.contacts.write')
  return (
    <section
      className={`${cardCls} bg-[radial-gradient(circle_at_1px_1px,var(--line-strong)_0.8px,transparent_0)] bg-size-[22px_22px]`}
    >
      <div className="rounded-lg bg-[radial-gradient(closest-side,var(--card)_55%,transparent)]">
        <EmptyState
          icon={Users}
          title={t('empty.title')}
          text={t(mayImport || mayWrite ? 'empty.text' : 'empty.readOnly')}
          className="pt-12! pb-5!"
          actions={
            <>
              {mayImport && (
                <Link to="/import" className={buttonCls('primary', 'lg')}>
                  <Upload size={15} aria-hidden />
                  {t('action.import')}
                </Link>
              )}
              {mayWrite && (
                <Link to="/contacts" search={{ new: 1 } as never} className={buttonCls('secondary', 'lg')}>
                  <Plus size={15} aria-hidden />
                  {t('action.addContact')}
                </Link>
              )}
            </>
          }
        />
        {mayImport && (
          <p className="mx-auto flex max-w-lg flex-wrap items-center justify-center gap-x-2 gap-y-1.5 px-4 pb-10 text-xs text-subtle">
            {t('empty.sources')}
            {SOURCES.map((s) => (
              <span key={s} className="rounded-sm bg-card px-1.5 py-0.5 text-muted shadow-card">
                {s}
              </span>
            ))}
          </p>
        )}
      </div>
    </section>
  )
}
