import { useTranslation } from 'react-i18next'

export function ProfilePage() {
  const { t } = useTranslation('settings')
  return <h2 className="text-lg font-semibold">{t('profile.title')}</h2>
}
