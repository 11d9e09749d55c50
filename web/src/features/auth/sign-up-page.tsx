import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AuthLayout } from './auth-layout'

export function SignUpPage({ next }: { next?: string }) {
  const { t } = useTranslation('auth')
  return (
    <AuthLayout title={t('signUp.title')}>
      <p className="mt-6 text-sm text-muted">
        {t('signUp.haveAccount')}{' '}
        <Link to="/signin" search={{ next }} className="font-medium text-accent-text hover:underline">
          {t('toSignIn')}
        </Link>
      </p>
    </AuthLayout>
  )
}
