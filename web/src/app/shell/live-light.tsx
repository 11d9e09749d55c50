import { CloudOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '@/shared/api/connection'
import { cn } from '@/shared/lib/cn'
import { type Light, useLive } from '@/shared/live/store'
import { tipProps } from '@/shared/ui/tooltip'

export function useLight(): Light {
  const light = useLive((s) => s.light)
  return useConnection((s) => s.online) ? light : 'offline'
}

const TONE = { live: 'green', connecting: 'amber', offline: 'red' } as const
/** Whether what others do shows by itself: a quiet dot, another sign when it does not. */
export function LightSign({ light }: { light: Light }) {
  if (light === 'offline') return <CloudOff size={14} strokeWidth={1.75} aria-hidden className="text-danger" />
  return (
    <span
      aria-hidden
      data-tone={TONE[light]}
      className={cn('size-2 rounded-full bg-tone-solid', light === 'connecting' && 'animate-pulse')}
    />
  )
}
export function LiveLight() {
  const { t } = useTranslation('shell')
  const light = useLight()
  return (
    <span
      role="img"
      aria-label={t(`live.${light}`)}
      data-live={light}
      className="grid size-6 shrink-0 place-items-center"
      {...tipProps({ label: t(`live.${light}Tip`), side: 'top' })}
    >
      <LightSign light={light} />
    </span>
  )
}

/** In words, for the phone's sheet. */
export function LiveRow() {
  const { t } = useTranslation('shell')
  const light = useLight()
  return (
    <div data-live={light} className="flex min-h-12 items-center gap-3 px-2">
      <span className="grid size-5 shrink-0 place-items-center">
        <LightSign light={light} />
      </span>
      <span className="min-w-0">
        <span className="block">{t(`live.${light}`)}</span>
        <span className="block text-xs text-subtle">{t(`live.${light}Tip`)}</span>
      </span>
    </div>
  )
}
