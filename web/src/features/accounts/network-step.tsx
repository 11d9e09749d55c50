import { FlaskConical, type LucideIcon, Send } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { FORM } from './connect-flow'
import type { Network, Networks } from './types'

const NETWORKS: { id: Network; icon: LucideIcon; tone: 'sky' | 'violet' }[] = [
  { id: 'telegram', icon: Send, tone: 'sky' },
  { id: 'sandbox', icon: FlaskConical, tone: 'violet' },
]
type NetworkProps = {
  q: { data?: Networks; isPending: boolean; error: unknown; refetch: () => unknown }
  value: Network
  onValue: (n: Network) => void
  onNext: () => void
}
export function NetworkStep({ q, value, onValue, onNext }: NetworkProps) {
  const { t } = useTranslation('accounts')
  const name = useId()
  const only = q.data && !q.data.sandbox.available ? NETWORKS.slice(0, 1) : NETWORKS
  if (q.isPending) return <Skeleton className="h-28" />
  if (!q.data) return <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
  return (
    <form
      id={FORM}
      onSubmit={(e) => {
        e.preventDefault()
        onNext()
      }}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t('step.network.title')}</legend>
        {only.map(({ id, icon: Icon, tone }) => (
          <label
            key={id}
            className={cn(
              'relative flex items-start gap-3 rounded-lg p-3 has-focus-visible:outline-2 has-focus-visible:outline-ring',
              value === id ? 'bg-row-selected ring-2 ring-accent ring-inset' : 'shadow-card hover:shadow-card-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === id}
              onChange={() => onValue(id)}
              className="absolute inset-0 m-0 appearance-none outline-none"
            />
            <span data-tone={tone} className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
              <Icon size={17} strokeWidth={1.75} aria-hidden />
            </span>
            <span className="min-w-0">
              <span className="block text-sm font-semibold">{t(`network.${id}`)}</span>
              <span className="block text-sm text-muted">{t(`networkText.${id}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </form>
  )
}
