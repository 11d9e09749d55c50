import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useCan, useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { CompanyLogo } from '@/shared/ui/avatar'
import { Section } from '@/shared/ui/section'

const FactorPolicy = lazyWithTexts(['security'], () => import('./factor-policy'))

export function OrganizationPage() {
  const { t } = useTranslation('settings')
  const roleName = useRoleName()
  const { organization, role } = useSession()
  const { day } = useFormat()
  const mayWrite = useCan('org.settings.write')
  return (
    <>
      <Section title={t('organization.title')}>
        <div className="flex items-center gap-4">
          <CompanyLogo name={organization.name} size={48} className="rounded-xl!" />
          <div className="min-w-0">
            <div className="truncate text-lg font-semibold">{organization.name}</div>
            <div className="text-sm text-subtle">
              {t('organization.since', { date: day(organization.createdAt) })} ·{' '}
              {t('organization.role', { role: roleName(role) })}
            </div>
          </div>
        </div>
      </Section>
      {mayWrite && (
        <Suspense fallback={<div aria-busy className="h-20 rounded-lg bg-card shadow-card" />}>
          <FactorPolicy />
        </Suspense>
      )}
    </>
  )
}
