import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import type { AccountChanges } from './api'
import { HoursInput, LimitsInput } from './inputs'
import { QuietInput } from './quiet-input'
import { isSpan, NO_QUIET } from './quiet-model'
import type { Account } from './types'

type TabProps = { account: Account; changes: AccountChanges; writable: boolean }
/** How much an account may do, when, and how it signs. */
export default function LimitsTab({ account: a, changes, writable }: TabProps) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const [start] = useState(() => ({
    name: a.name,
    limits: a.limits,
    workingHours: a.workingHours ?? {
      enabled: false,
      from: '09:00',
      to: '19:00',
      days: [1, 2, 3, 4, 5],
      timeZone: user.timeZone,
    },
    quietHours: a.quietHours ?? NO_QUIET,
    signature: a.signature ?? '',
    proxy: a.proxy?.url ?? '',
  }))
  const [draft, setDraft] = useState(start)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const changed = JSON.stringify(draft) !== JSON.stringify(start)
  useUnsavedGuard(changed && !busy)
  const set = (change: Partial<typeof draft>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (draft.quietHours.enabled && !isSpan(draft.quietHours)) return
    setBusy(true)
    try {
      // What was not touched is not sent: a proxy comes back with its password hidden.
      const { proxy, signature, ...rest } = draft
      await changes.save(a, {
        ...rest,
        name: draft.name.trim() || a.name,
        ...(signature !== start.signature && { signature: signature.trim() || null }),
        ...(proxy !== start.proxy && { proxy: proxy.trim() || null }),
      })
      toast.success(t('saved'))
    } catch (error) {
      const known = isApiError(error)
        ? error.details.map((d) => [d.field.split(/[.[]/)[0] ?? '', d.message] as const)
        : []
      setRefused(known.length > 0 ? Object.fromEntries(known) : { form: errorMessage(error) })
    }
    setBusy(false)
  }
  return (
    <form noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
      <Section title={t('limitsTitle')} text={t('limitsText')}>
        <LimitsInput
          value={draft.limits}
          onValue={(limits) => set({ limits })}
          disabled={!writable}
          error={refused['limits']}
        />
      </Section>
      <Section title={t('schedule')} text={t('scheduleText')}>
        <HoursInput
          value={draft.workingHours}
          onValue={(workingHours) => set({ workingHours })}
          disabled={!writable}
          error={refused['workingHours']}
        />
      </Section>
      <Section title={t('quiet.section')} text={t('quiet.text')}>
        <QuietInput
          value={draft.quietHours}
          onValue={(quietHours) => set({ quietHours })}
          zone={draft.workingHours.timeZone}
          disabled={!writable}
          error={refused['quietHours']}
        />
      </Section>
      <Section title={t('identity')}>
        <div className="flex flex-col gap-4">
          <Field label={t('name')} required error={refused['name']}>
            <Input
              maxLength={60}
              disabled={!writable}
              value={draft.name}
              onChange={(e) => set({ name: e.target.value })}
            />
          </Field>
          <Field label={t('signature')} optional hint={t('signatureHint')} error={refused['signature']}>
            <Textarea
              rows={2}
              maxLength={300}
              disabled={!writable}
              value={draft.signature}
              onChange={(e) => set({ signature: e.target.value })}
            />
          </Field>
          <Field label={t('proxy')} optional hint={t('proxyHint')} error={refused['proxy']}>
            <Input
              type="url"
              autoComplete="off"
              placeholder="socks5://user:password@host:1080"
              disabled={!writable}
              value={draft.proxy}
              onChange={(e) => set({ proxy: e.target.value })}
            />
          </Field>
        </div>
      </Section>
      <div role="alert" className="empty:hidden">
        {refused['form'] && <Notice kind="error">{refused['form']}</Notice>}
      </div>
      {writable && (
        <div className="flex justify-end gap-2">
          <Button size="md" disabled={!changed} onClick={() => setDraft(start)}>
            {tc('action.undo')}
          </Button>
          <Button size="md" variant="primary" type="submit" busy={busy} disabled={!changed}>
            {tc('action.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
