import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'

export function ContactPage({ id }: { id: string }) {
  const { t } = useTranslation('records')
  return (
    <>
      <PageHeader icon={Users} title={t('contacts.title')} count={id.slice(0, 8)} />
      <ScrollRegion label={t('contacts.title')}>{null}</ScrollRegion>
    </>
  )
}
