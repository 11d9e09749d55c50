import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '@/shared/ui/field'
import { PasswordInput } from '@/shared/ui/input'
import { type Flow, FORM } from './connect-flow'

type PasswordProps = Flow & { hint: string | null; onPassword: (p: string) => void }
export function PasswordStep({ hint, refused, clear, onPassword }: PasswordProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <form
      id={FORM}
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        setTried(true)
        if (password) onPassword(password)
      }}
      className="flex flex-col gap-4"
    >
      <Field
        label={t('password')}
        required
        hint={hint ? t('passwordHint', { hint }) : undefined}
        error={refused['password'] ?? (tried && !password && tc('validation.required'))}
      >
        <PasswordInput
          autoFocus
          size="lg"
          autoComplete="off"
          value={password}
          onChange={(e) => {
            clear()
            setPassword(e.target.value)
          }}
        />
      </Field>
      <p className="text-sm text-muted">{t('passwordText')}</p>
    </form>
  )
}
