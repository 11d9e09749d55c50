import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { Form, FormError, FormField, useZodForm } from '@/shared/form/form'
import { useCountdown } from '@/shared/lib/use-countdown'
import { Button, buttonCls } from '@/shared/ui/button'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { AuthLayout } from './auth-layout'
import { longClock as clock } from './clock'
import { rememberAddress, rememberedAddress } from './device-choice'
import { Send } from './send'

const AGAIN_S = 60

/** Says the same of every address: nobody learns here who has an account. */
export function ForgotPage() {
  const { t } = useTranslation('recovery')
  const [sent, setSent] = useState<{ email: string; at: number } | null>(null)
  const form = useZodForm(() => import('./schemas').then((m) => m.zForgot), {
    defaultValues: { email: rememberedAddress() },
    required: ['email'],
  })
  const submit = async ({ email }: { email: string }) => {
    await send('POST', '/api/auth/password/forgot', { email })
    rememberAddress(email)
    setSent({ email, at: Date.now() })
  }
  if (sent) return <Sent {...sent} onAgain={() => submit(sent)} onOther={() => setSent(null)} />
  return (
    <AuthLayout title={t('forgot.title')} text={t('forgot.text')}>
      <Form form={form} onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <FormField form={form} name="email" label={t('email')}>
          {(f) => <Input {...f} size="lg" type="email" autoComplete="username" autoFocus spellCheck={false} />}
        </FormField>
        <FormError />
        <Send>{t('forgot.submit')}</Send>
      </Form>
      <BackToSignIn />
    </AuthLayout>
  )
}

type SentProps = { email: string; at: number; onAgain: () => Promise<void>; onOther: () => void }
function Sent({ email, at, onAgain, onOther }: SentProps) {
  const { t } = useTranslation('recovery')
  const wait = useCountdown(AGAIN_S, at)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const again = async () => {
    setBusy(true)
    setFailed(false)
    await onAgain().catch(() => setFailed(true))
    setBusy(false)
  }
  return (
    <AuthLayout title={t('sent.title')} text={t('sent.text', { email })}>
      <div className="mt-6 flex flex-col gap-4">
        <Notice kind="info">{t('sent.hint')}</Notice>
        <div role="alert" className="empty:hidden">
          {failed && <Notice kind="error">{t('sent.failed')}</Notice>}
        </div>
        <Button size="xl" className="w-full" disabled={wait > 0} busy={busy} onClick={() => void again()}>
          <span className="tabular">{wait > 0 ? t('sent.wait', { time: clock(wait) }) : t('sent.again')}</span>
        </Button>
        <Button variant="ghost" size="md" onClick={onOther}>
          {t('sent.other')}
        </Button>
      </div>
      <BackToSignIn />
    </AuthLayout>
  )
}

export function BackToSignIn() {
  const { t } = useTranslation('recovery')
  return (
    <p className="mt-5 border-t border-line pt-4 text-sm text-muted">
      <Link to="/signin" className="font-medium text-accent-text hover:underline">
        {t('toSignIn')}
      </Link>
    </p>
  )
}

/** The one way on, as big as the button of a form. */
export function ToSignIn() {
  const { t } = useTranslation('recovery')
  return (
    <Link to="/signin" className={`${buttonCls('primary', 'xl')} w-full`}>
      {t('signIn')}
    </Link>
  )
}
