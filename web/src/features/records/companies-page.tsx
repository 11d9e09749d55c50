import { Building2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function CompaniesPage() {
  const { t } = useTranslation('records')
  return (
    <>
      <PageHeader icon={Building2} title={t('companies.title')} />
      <ScrollRegion label={t('companies.title')}>{null}</ScrollRegion>
    </>
  )
}
