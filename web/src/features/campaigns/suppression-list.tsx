import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Input } from '@/shared/ui/input'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Select } from '@/shared/ui/select'
import { toast } from '@/shared/ui/toast'
import { policyApi, type Suppression, suppressionsOptions } from './policy-api'
import type { Channel, Cursored } from './types'

const REASONS = ['opted_out', 'bounced', 'complained', 'manual'] as const
type Pages = InfiniteData<Cursored<Suppression>>

/** Addresses that no program writes to. */
export default function SuppressionList() {
  const { t } = useTranslation('policy')
  const mayWrite = useCan('campaigns.start')
  const qc = useQueryClient()
  const { queryKey } = suppressionsOptions()
  const q = useInfiniteQuery(suppressionsOptions())
  const all = q.data?.pages.flatMap((p) => p.items) ?? []
  const release = async (s: Suppression) => {
    const before = qc.getQueryData<Pages>(queryKey)
    qc.setQueryData<Pages>(
      queryKey,
      (d) => d && { ...d, pages: d.pages.map((p) => ({ ...p, items: p.items.filter((x) => x.id !== s.id) })) },
    )
    try {
      await policyApi.release(s.id)
      toast.success(t('suppressed.removed', { address: s.hint }))
    } catch (e) {
      qc.setQueryData(queryKey, before)
      toast.error(t('suppressed.notRemoved'), e)
    }
  }
  return (
    <Section title={t('suppressed.title')} text={t('suppressed.text')} flush>
      {mayWrite && <AddForm />}
      {q.isPending ? (
        <SectionRowsSkeleton rows={['w-40', 'w-32', 'w-44']} second="w-24" />
      ) : q.error && !q.data ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : all.length === 0 ? (
        <EmptyState icon={Ban} tone="gray" title={t('suppressed.empty')} className="border-t border-line-soft py-8!" />
      ) : (
        <ul aria-label={t('suppressed.title')} className="border-t border-line">
          {all.map((s) => (
            <Row key={s.id} item={s} onRelease={mayWrite ? () => void release(s) : null} />
          ))}
        </ul>
      )}
      {q.hasNextPage && (
        <div className="flex justify-center border-t border-line py-3">
          <Button size="md" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </Section>
  )
}

function Row({ item: s, onRelease }: { item: Suppression; onRelease: (() => void) | null }) {
  const { t } = useTranslation('policy')
  const { day } = useFormat()
  const reason = REASONS.find((r) => r === s.reason) ?? 'manual'
  return (
    <li className="flex min-h-13 items-center gap-3 border-b border-line-soft px-4 py-2 last:border-0 md:px-5">
      <div className="min-w-0 flex-1">
        <p className="truncate font-mono text-sm">{s.hint}</p>
        <p className="text-xs text-subtle">
          {t(`rules.${s.channel as 'telegram'}`)} · {day(s.at)}
        </p>
      </div>
      <Badge tone={reason === 'manual' ? 'gray' : 'red'}>{t(`suppressed.reason.${reason}`)}</Badge>
      {onRelease && (
        <IconButton
          label={t('suppressed.remove', { address: s.hint })}
          onClick={onRelease}
          className="any-pointer-coarse:size-10!"
        >
          <Trash2 size={14} />
        </IconButton>
      )}
    </li>
  )
}

function AddForm() {
  const { t } = useTranslation('policy')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const [channel, setChannel] = useState<Channel>('telegram')
  const [address, setAddress] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!address.trim()) return setError(tc('validation.required'))
    setBusy(true)
    try {
      await policyApi.suppress(channel, address.trim())
      setAddress('')
      void qc.invalidateQueries({ queryKey: suppressionsOptions().queryKey })
    } catch (x) {
      setError((isApiError(x) && x.details[0]?.message) || errorMessage(x))
    }
    setBusy(false)
  }
  return (
    <form noValidate onSubmit={(e) => void submit(e)} className="flex flex-wrap items-start gap-3 px-4 pb-4 md:px-5">
      <Field label={t('suppressed.channel')} className="w-36">
        <Select
          options={(['telegram', 'email'] as const).map((value) => ({ value, label: t(`rules.${value}`) }))}
          value={channel}
          onValueChange={setChannel}
        />
      </Field>
      <Field
        label={t('suppressed.address')}
        hint={t('suppressed.addressHint')}
        error={error}
        className="min-w-48 flex-1"
      >
        <Input
          value={address}
          autoComplete="off"
          onChange={(e) => {
            setAddress(e.target.value)
            setError(null)
          }}
        />
      </Field>
      <Button size="md" type="submit" busy={busy} className="mt-6">
        {t('suppressed.add')}
      </Button>
    </form>
  )
}
