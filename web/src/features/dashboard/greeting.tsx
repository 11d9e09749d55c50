import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { partOfDay } from './model'

export function Greeting() {
  const { t, i18n } = useTranslation('dashboard')
  const { user, organization } = useSession()
  const now = new Date()
  const name = user.name.trim().split(/\s+/)[0] ?? ''
  const today = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: user.timeZone,
  }).format(now)
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 px-0.5 pt-1 pb-2">
      <h2 className="text-xl font-semibold tracking-[-0.015em] text-balance">
        {t(`greeting.${partOfDay(now, user.timeZone)}`, { name })}
      </h2>
      <p className="text-sm text-subtle first-letter:uppercase">
        {today} · {organization.name}
      </p>
    </div>
  )
}
