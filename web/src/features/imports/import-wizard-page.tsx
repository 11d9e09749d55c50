import { Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function ImportWizardPage({ id }: { id: string }) {
  const { t } = useTranslation('imports')
  return (
    <>
      <PageHeader icon={Upload} title={t('wizard')} count={id.slice(0, 8)} />
      <ScrollRegion label={t('wizard')}>{null}</ScrollRegion>
    </>
  )
}
