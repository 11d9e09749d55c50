import { useQuery } from '@tanstack/react-query'
import { Copy, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WebhookDeliveryDetails as DeliveryDetails, DeliveryTry as Try, Webhook } from '@/api/gen/types.gen'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Drawer } from '@/shared/ui/drawer'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { deliveryOptions, type WebhookChanges } from './api'
import { DELIVERY_TONE, pretty } from './model'

type DrawerProps = { webhook: Webhook; id: string; changes: WebhookChanges | null; onClose: () => void }
/** One delivery: what was sent, and what came back each time. */
export default function DeliveryDrawer({ webhook, id, changes, onClose }: DrawerProps) {
  const { t } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  const q = useQuery(deliveryOptions(webhook.id, id))
  const [busy, setBusy] = useState(false)
  const d = q.data
  const resend = async () => {
    if (!d || !changes) return
    setBusy(true)
    await changes.resend(webhook, d)
    setBusy(false)
  }
  return (
    <Drawer
      open
      onOpenChange={(o) => !o && onClose()}
      title={<span className="font-mono text-sm">{d?.type ?? t('delivery')}</span>}
      description={webhook.description || webhook.url}
      footer={
        changes && (
          <Button
            size="md"
            busy={busy}
            disabled={!d || d.status === 'pending' || !webhook.enabled}
            onClick={() => void resend()}
          >
            <RotateCcw size={14} aria-hidden />
            {t('resend')}
          </Button>
        )
      }
    >
      {d ? (
        <Details d={d} />
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3">
          <Skeleton className="h-5 w-24" />
          <Skeleton className="h-16 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
      )}
    </Drawer>
  )
}

function Details({ d }: { d: DeliveryDetails }) {
  const { t } = useTranslation('webhooks')
  const { dateTime } = useFormat()
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2 text-xs text-subtle">
        <Badge tone={DELIVERY_TONE[d.status]} dot>
          {t(`status.${d.status}`)}
        </Badge>
        <time dateTime={d.createdAt}>{dateTime(d.createdAt)}</time>
        {d.status === 'pending' && d.nextAttemptAt && <span>{t('next', { date: dateTime(d.nextAttemptAt) })}</span>}
      </div>
      <section>
        <h3 className="mb-2 text-sm font-semibold">{t('triesTitle')}</h3>
        {d.tries.length === 0 ? (
          <p className="text-sm text-subtle">{t('noTries')}</p>
        ) : (
          <ol className="flex flex-col gap-2">
            {d.tries.map((x) => (
              <TryRow key={x.at} x={x} />
            ))}
          </ol>
        )}
      </section>
      <section>
        <div className="mb-1 flex items-center justify-between">
          <h3 className="text-sm font-semibold">{t('body')}</h3>
          <CopyButton text={d.body} />
        </div>
        <Code label={t('body')} text={pretty(d.body)} />
      </section>
    </div>
  )
}

function TryRow({ x }: { x: Try }) {
  const { t } = useTranslation('webhooks')
  const { dateTime, num } = useFormat()
  const ok = x.status !== null && x.status < 300
  return (
    <li className="rounded-lg border border-line p-3">
      <div className="flex flex-wrap items-center gap-2 text-xs text-subtle">
        <Badge tone={ok ? 'green' : 'red'}>{x.status === null ? t('noAnswer') : String(x.status)}</Badge>
        <time dateTime={x.at}>{dateTime(x.at)}</time>
        <span className="tabular ml-auto">{t('ms', { ms: num(x.ms) })}</span>
      </div>
      {x.error && <p className="mt-2 text-sm break-words text-danger">{x.error}</p>}
      {x.answer && (
        <div className="mt-2">
          <Code label={t('answer')} text={x.answer} />
        </div>
      )}
    </li>
  )
}

function Code({ label, text }: { label: string; text: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls from the keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-lg bg-sunken p-3"
    >
      <pre className="font-mono text-xs whitespace-pre-wrap break-words">{text}</pre>
    </section>
  )
}
function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  return (
    <IconButton
      label={tc('action.copy')}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => toast.success(tc('ui.copied')),
          (e: unknown) => toast.error(t('notCopied'), e),
        )
      }
    >
      <Copy size={14} />
    </IconButton>
  )
}
