import { Building2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function CompanyPage({ id }: { id: string }) {
  const { t } = useTranslation('records')
  return (
    <>
      <PageHeader icon={Building2} title={t('companies.title')} count={id.slice(0, 8)} />
      <ScrollRegion label={t('companies.title')}>{null}</ScrollRegion>
    </>
  )
}
