import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Eye, EyeOff } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '@/shared/commands/commands'
import { useCountdown } from '@/shared/lib/use-countdown'
import { sessionOptions } from '@/shared/session/session-query'
import { stopViewing } from '@/shared/session/view-as'
import type { Viewing } from '@/shared/session/viewing'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { toast } from '@/shared/ui/toast'

/** The clock of the browser may be ahead of the server's, by which the view ends. */
const ASK_AGAIN_MS = 15_000

/** Over every page while somebody looks as a member. When its time is over it asks the server whether the view has ended. */
export default function ViewingBanner({ viewing: { name, until } }: { viewing: Viewing }) {
  const { t } = useTranslation('viewing')
  const qc = useQueryClient()
  const router = useRouter()
  const seconds = useMemo(() => Math.max(0, (Date.parse(until) - Date.now()) / 1000), [until])
  const left = useCountdown(seconds, until)
  const { mutate: stop, isPending } = useMutation({
    mutationFn: () => stopViewing(qc, router),
    onSuccess: () => {
      announce(t('stopped'))
      // The button that had it is gone.
      document.getElementById('main')?.focus()
    },
    onError: (e) => toast.error(t('notStopped'), e),
  })
  const text = t('text', { name })
  useEffect(() => announce(text), [text])
  const over = left === 0
  useEffect(() => {
    if (!over) return
    const ask = () => void qc.invalidateQueries({ queryKey: sessionOptions().queryKey })
    ask()
    const id = setInterval(ask, ASK_AGAIN_MS)
    return () => clearInterval(id)
  }, [over, qc])
  useCommand({ id: 'viewing.stop', label: t('stopViewing'), icon: EyeOff, run: () => stop() })
  return (
    <section
      aria-label={t('label')}
      data-tone="violet"
      className="flex shrink-0 items-center gap-2 border-b-2 border-tone-solid bg-tone px-4 py-1.5 text-xs text-tone-fg"
    >
      <Eye size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        <span className="font-medium">{text}</span>{' '}
        <span className="tabular whitespace-nowrap">{t('left', { minutes: Math.ceil(left / 60) })}</span>
      </p>
      <Button
        size="xs"
        busy={isPending}
        onClick={() => stop()}
        className="any-pointer-coarse:h-8! any-pointer-coarse:px-3!"
      >
        {t('stop')}
      </Button>
    </section>
  )
}
