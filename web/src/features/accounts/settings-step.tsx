import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { useAccountChanges } from './api'
import type { Flow } from './connect-flow'
import { HoursInput, LimitsInput, OwnerInput } from './inputs'
import { ownerOf } from './model'
import type { Account, Named } from './types'

/** Of a new account: its name, whose it is, how much it may do and when. */
export function SettingsStep({
  form,
  account,
  refused,
  attempt,
  onSaved,
}: Flow & { form: string; account: Account; onSaved: () => void }) {
  const { t } = useTranslation('accounts')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const changes = useAccountChanges()
  const [name, setName] = useState(account.name)
  const [owner, setOwner] = useState<Named | null>(() => ownerOf(account) ?? { id: user.id, name: user.name })
  const [limits, setLimits] = useState(account.limits)
  const [hours, setHours] = useState(
    account.workingHours ?? {
      enabled: false,
      from: '09:00',
      to: '19:00',
      days: [1, 2, 3, 4, 5],
      timeZone: user.timeZone,
    },
  )
  const [tried, setTried] = useState(false)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!name.trim()) return
    void attempt(async () => {
      await changes.save(account, { name: name.trim(), ownerId: owner?.id ?? null, limits, workingHours: hours })
      onSaved()
    })
  }
  return (
    <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('name')}
          required
          error={refused['name'] ?? (tried && !name.trim() && tc('validation.required'))}
        >
          <Input maxLength={60} value={name} onChange={(e) => setName(e.target.value)} />
        </Field>
        <OwnerInput value={owner} onValue={setOwner} error={refused['ownerId']} />
      </div>
      <LimitsInput value={limits} onValue={setLimits} error={refused['limits']} />
      <HoursInput value={hours} onValue={setHours} error={refused['workingHours']} />
    </form>
  )
}
