import { useTranslation } from 'react-i18next'

export function SecurityPage() {
  const { t } = useTranslation('settings')
  return <h2 className="text-lg font-semibold">{t('security.title')}</h2>
}
