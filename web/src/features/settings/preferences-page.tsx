import { useTranslation } from 'react-i18next'

export function PreferencesPage() {
  const { t } = useTranslation('settings')
  return <h2 className="text-lg font-semibold">{t('preferences.title')}</h2>
}
