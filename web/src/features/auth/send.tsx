import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SubmitButton, useRetryAfter } from '@/shared/form/form'

const clock = (s: number) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`

/** The one big button. After a 429 it says how long it will wait. */
export function Send({ children }: { children: ReactNode }) {
  const { t } = useTranslation('auth')
  const { wait } = useRetryAfter()
  return (
    <SubmitButton size="xl" className="mt-1 w-full">
      {wait > 0 ? <span className="tabular">{t('wait', { time: clock(wait) })}</span> : children}
    </SubmitButton>
  )
}
