import { Home } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function DashboardPage() {
  const { t } = useTranslation('dashboard')
  return (
    <>
      <PageHeader icon={Home} title={t('title')} />
      <ScrollRegion label={t('title')}>{null}</ScrollRegion>
    </>
  )
}
