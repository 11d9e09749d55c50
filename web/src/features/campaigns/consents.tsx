import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { get, send } from '@/shared/api/call'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'
import { keys } from './api'
import type { Channel } from './types'

type State = 'granted' | 'denied'
type Consent = { channel: string; state: State; source: string; at: string }
type Consents = { items: Consent[] }
const CHANNELS: readonly Channel[] = ['telegram', 'email']
const SOURCES = ['manual', 'reply'] as const

const path = (id: string) => `/api/campaigns/contacts/${id}/consents`
export const consentsOptions = (id: string) =>
  queryOptions({ queryKey: ['contact-consents', id], queryFn: ({ signal }) => get<Consents>(path(id), {}, signal) })

type Props = { contact: { id: string; name: string }; readOnly: boolean }
/** What a contact said to being written to, by channel: who knows better corrects it. */
export function ConsentsOf({ contact, readOnly }: Props) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const { queryKey } = consentsOptions(contact.id)
  const q = useQuery(consentsOptions(contact.id))
  const say = async (channel: Channel, state: State) => {
    await qc.cancelQueries({ queryKey })
    const before = qc.getQueryData(queryKey)
    const said = { channel, state, source: 'manual', at: new Date().toISOString() }
    qc.setQueryData(queryKey, (d) => ({ items: [...(d?.items ?? []).filter((c) => c.channel !== channel), said] }))
    try {
      qc.setQueryData(queryKey, await send<Consents>('PUT', path(contact.id), { channel, state }))
      if (state === 'denied') toast.success(t('consent.stopped', { name: contact.name }))
    } catch (e) {
      qc.setQueryData(queryKey, before)
      toast.error(t('consent.notSaved'), e)
    }
    void qc.invalidateQueries({ queryKey: keys.ofContact(contact.id) })
    void qc.invalidateQueries({ queryKey: ['contact-policy-check', contact.id] })
  }
  return (
    <section aria-label={t('consent.title')} className="rounded-lg bg-card px-3 py-2.5 shadow-card">
      <h3 className="text-xs font-medium text-subtle">{t('consent.title')}</h3>
      {q.isPending ? (
        <Skeleton className="mt-2 h-18" />
      ) : q.isError ? (
        <div className="mt-2 flex items-center gap-2 text-sm text-muted">
          {t('consent.failed')}
          <Button size="xs" onClick={() => void q.refetch()}>
            {tc('action.retry')}
          </Button>
        </div>
      ) : (
        <ul className="mt-1 flex flex-col gap-1">
          {CHANNELS.map((channel) => (
            <li key={channel} className="flex items-center gap-2">
              <Channels
                channel={channel}
                said={q.data.items.find((c) => c.channel === channel)}
                onSay={readOnly ? null : (state) => void say(channel, state)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type RowProps = { channel: Channel; said: Consent | undefined; onSay: ((state: State) => void) | null }
function Channels({ channel, said, onSay }: RowProps) {
  const { t } = useTranslation('campaigns')
  const { dayMonth } = useFormat()
  const source = SOURCES.find((s) => s === said?.source) ?? 'other'
  return (
    <>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">{t(`consent.${channel}`)}</span>
        <span className="block truncate text-xs text-subtle">
          {said ? t(`consent.by.${source}`, { at: dayMonth(said.at) }) : t('consent.none')}
        </span>
      </span>
      {onSay ? (
        <Segmented<State | ''>
          label={`${t('consent.title')} ${t(`consent.${channel}`)}`}
          value={said?.state ?? ''}
          onValueChange={(state) => state && onSay(state)}
          options={(['granted', 'denied'] as const).map((value) => ({ value, label: t(`consent.${value}`) }))}
          className="shrink-0"
        />
      ) : (
        <span className="text-sm font-medium">{said && t(`consent.${said.state}`)}</span>
      )}
    </>
  )
}
