import { Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function ImportsPage() {
  const { t } = useTranslation('imports')
  return (
    <>
      <PageHeader icon={Upload} title={t('title')} />
      <ScrollRegion label={t('title')}>{null}</ScrollRegion>
    </>
  )
}
