import type { TFunction } from 'i18next'

/** In its largest unit: how long a deal stood somewhere is never wanted to the second. */
export function duration(seconds: number, t: TFunction<'pipeline'>): string {
  if (seconds < 60) return t('duration.moment')
  if (seconds < 3600) return t('duration.minutes', { count: Math.round(seconds / 60) })
  if (seconds < 86_400) return t('duration.hours', { count: Math.round(seconds / 3600) })
  return t('duration.days', { count: Math.round(seconds / 86_400) })
}
