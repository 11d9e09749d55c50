import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function ContactsPage() {
  const { t } = useTranslation('records')
  return (
    <>
      <PageHeader icon={Users} title={t('contacts.title')} />
      <ScrollRegion label={t('contacts.title')}>{null}</ScrollRegion>
    </>
  )
}
