import { useTranslation } from 'react-i18next'

export function OrganizationPage() {
  const { t } = useTranslation('settings')
  return <h2 className="text-lg font-semibold">{t('organization.title')}</h2>
}
