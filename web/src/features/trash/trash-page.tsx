import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function TrashPage() {
  const { t } = useTranslation('records')
  return (
    <>
      <PageHeader icon={Trash2} title={t('trash.title')} />
      <ScrollRegion label={t('trash.title')}>{null}</ScrollRegion>
    </>
  )
}
