import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getOverviewQueryKey, listMembersQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { updateProfile } from '@/api/gen/sdk.gen'
import type { User } from '@/api/gen/types.gen'
import { zProfileUpdate } from '@/api/gen/zod.gen'
import { useRoleName } from '@/shared/access/role-name'
import { isApiError } from '@/shared/api/errors'
import { Form, FormError, FormField, SubmitButton, useZodForm } from '@/shared/form/form'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { useSession } from '@/shared/session/session'
import { setSessionUser } from '@/shared/session/session-query'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Section } from '@/shared/ui/section'
import { toast } from '@/shared/ui/toast'
import { ConflictDialog } from './conflict-dialog'
import { clashes, merge, type ProfileValues, valuesOf } from './profile'

export function ProfilePage() {
  const { t } = useTranslation('settings')
  const { user, role } = useSession()
  const roleName = useRoleName()
  const { day } = useFormat()
  return (
    <Section title={t('profile.title')} text={t('profile.text')}>
      <div className="mb-6 flex items-center gap-4">
        <Avatar name={user.name} size={56} />
        <div className="min-w-0">
          <div className="truncate text-lg font-semibold">{user.name}</div>
          <div className="truncate text-sm text-subtle">
            {roleName(role)} · {t('profile.since', { date: day(user.createdAt) })}
          </div>
        </div>
      </div>
      <ProfileForm />
    </Section>
  )
}

function useProfileForm() {
  const { t } = useTranslation('settings')
  const qc = useQueryClient()
  const { user } = useSession()
  // What the form was filled from: a newer profile that arrives while somebody types must not be overwritten unseen.
  const [base, setBase] = useState(user)
  const [theirs, setTheirs] = useState<User | null>(null)
  const form = useZodForm(zProfileUpdate, { defaultValues: valuesOf(user) })
  const { isDirty, isSubmitting } = form.formState
  const start = (from: User) => {
    setBase(from)
    form.reset(valuesOf(from))
  }
  useEffect(() => {
    if (isDirty || isSubmitting || user.version <= base.version) return
    setBase(user)
    form.reset(valuesOf(user))
  }, [user, base, isDirty, isSubmitting, form])

  const send = async (values: ProfileValues, version: number) => {
    const body = { name: values.name, phone: values.phone.trim() || null, version }
    const { data } = await updateProfile({ body, throwOnError: true })
    setSessionUser(qc, data)
    start(data)
    toast.success(t('saved'))
    for (const queryKey of [getOverviewQueryKey(), listMembersQueryKey()]) void qc.invalidateQueries({ queryKey })
  }
  const submit = async (values: ProfileValues) => {
    try {
      await send(values, base.version)
    } catch (e) {
      const current = isApiError(e) && e.status === 409 ? (e.conflict?.current as User | undefined) : undefined
      if (!current) throw e
      const [was, now] = [valuesOf(base), valuesOf(current)]
      if (clashes(values, was, now).length > 0) return setTheirs(current)
      await send(merge(values, was, now), current.version)
    }
  }
  return { form, base, theirs, setTheirs, submit, send, start, isDirty }
}

function ProfileForm() {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const { form, base, theirs, setTheirs, submit, send, start, isDirty } = useProfileForm()
  const qc = useQueryClient()
  const [keeping, setKeeping] = useState(false)
  useUnsavedGuard(isDirty)
  const mine = form.getValues() as ProfileValues
  const saved = theirs && valuesOf(theirs)
  const keepMine = async () => {
    if (!theirs || !saved) return
    setKeeping(true)
    await send(merge(mine, valuesOf(base), saved), theirs.version).then(
      () => setTheirs(null),
      (e: unknown) => toast.error(t('notSaved'), e),
    )
    setKeeping(false)
  }
  return (
    <Form form={form} onSubmit={(v) => submit(v as ProfileValues)} className="flex flex-col gap-4">
      <FormField form={form} name="name" label={t('profile.name')}>
        {(f) => <Input {...f} autoComplete="name" />}
      </FormField>
      <Field label={t('profile.email')} hint={t('profile.emailHint')}>
        <Input value={base.email} readOnly className="bg-sunken! text-muted!" />
      </Field>
      <FormField form={form} name="phone" label={t('profile.phone')} hint={t('profile.phoneHint')} optional>
        {(f) => <Input {...f} value={f.value ?? ''} type="tel" autoComplete="tel" placeholder="+49 151 23456789" />}
      </FormField>
      <FormError />
      <div className="flex items-center justify-end gap-2">
        {isDirty && (
          <Button size="md" variant="ghost" onClick={() => form.reset()}>
            {t('discard')}
          </Button>
        )}
        <SubmitButton disabled={!isDirty}>{tc('action.save')}</SubmitButton>
      </div>
      <ConflictDialog
        rows={
          saved &&
          clashes(mine, valuesOf(base), saved).map((k) => ({
            label: t(`profile.${k}`),
            mine: mine[k],
            theirs: saved[k],
          }))
        }
        busy={keeping}
        onKeepMine={() => void keepMine()}
        onTakeTheirs={() => {
          if (theirs) {
            setSessionUser(qc, theirs)
            start(theirs)
          }
          setTheirs(null)
        }}
        onCancel={() => setTheirs(null)}
      />
    </Form>
  )
}
