import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import * as f from '@/shared/lib/format'
import { useMaybeSession } from './session'

type Instant = string | number | Date
/** Formatters bound to the UI language and the signed-in person's time zone. */
export function useFormat() {
  const l = useTranslation().i18n.language
  const tz = useMaybeSession()?.user.timeZone
  return useMemo(
    () => ({
      num: (v: number) => f.num(v, l),
      money: (v: number, currency: string, short?: boolean) => f.money(v, currency, l, short),
      percent: (v: number) => f.percent(v, l),
      bytes: (v: number) => f.bytes(v, l),
      day: (t: Instant) => f.day(t, l, tz),
      dayMonth: (t: Instant) => f.dayMonth(t, l, tz),
      time: (t: Instant) => f.time(t, l, tz),
      dateTime: (t: Instant) => f.dateTime(t, l, tz),
      ago: (t: Instant, now = Date.now()) => f.ago(t, now, l),
      list: (v: string[]) => f.list(v, l),
    }),
    [l, tz],
  )
}
