import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AuthLayout } from './auth-layout'

export function SignInPage({ next }: { next?: string }) {
  const { t } = useTranslation('auth')
  return (
    <AuthLayout title={t('signIn.title')}>
      <p className="mt-6 text-sm text-muted">
        {t('signIn.noAccount')}{' '}
        <Link to="/signup" search={{ next }} className="font-medium text-accent-text hover:underline">
          {t('toSignUp')}
        </Link>
      </p>
    </AuthLayout>
  )
}
