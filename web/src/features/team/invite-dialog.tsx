import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoleRef } from '@/shared/access/role-name'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { LOCALES, type Locale } from '@/shared/i18n'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { confirm } from '@/shared/ui/confirm'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { ValuesInput } from '@/shared/ui/values-input'
import { teamsOptions, useInvitationChanges } from './api'
import { InviteResult } from './invite-result'
import { BETWEEN, bareEmail, isEmail } from './model'
import { RoleChoice } from './role-choice'
import type { Invited } from './types'

const MOST = 50

/** Asks people in; then says what came of it. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const [invited, setInvited] = useState<Invited | null>(null)
  if (invited) return <InviteResult invited={invited} onClose={onClose} />
  return <Form onInvited={setInvited} onClose={onClose} />
}

type Refused = { emails?: string; roles?: string; form?: string }
function Form({ onInvited, onClose }: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const { invite } = useInvitationChanges()
  const teams = useQuery(teamsOptions())
  const [emails, setEmails] = useState<string[]>([])
  const [roles, setRoles] = useState<RoleRef[]>([{ key: 'agent', name: null }])
  const [teamIds, setTeamIds] = useState<string[]>([])
  const [locale, setLocale] = useState<Locale>(user.locale)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused>({})
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    setRefused({})
    if (emails.length === 0 || roles.length === 0) return
    setBusy(true)
    try {
      onInvited(await invite({ emails, roles: roles.map((r) => r.key), teamIds, locale }))
    } catch (error) {
      setRefused(refusals(error))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      emails.length === 0 ||
      (await confirm({
        title: t('inviteDialog.discard'),
        description: t('inviteDialog.discardText'),
        action: t('inviteDialog.discardAction'),
        danger: true,
      }))
    if (sure) onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && void leave()}
      title={t('inviteDialog.title')}
      description={t('inviteDialog.text')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="invite" busy={busy}>
            {emails.length > 0 ? t('inviteDialog.send', { count: emails.length }) : t('inviteDialog.sendNone')}
          </Button>
        </>
      }
    >
      <form id="invite" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-5">
        <Field
          label={t('inviteDialog.emails')}
          required
          hint={t('inviteDialog.emailsHint')}
          error={refused.emails ?? (tried && emails.length === 0 && t('inviteDialog.noEmails'))}
        >
          <ValuesInput
            inputMode="email"
            value={emails}
            onValueChange={(next) => {
              setEmails(next)
              setRefused({})
            }}
            normalize={bareEmail}
            validate={(email) => (isEmail(email) ? null : t('inviteDialog.badEmail', { email }))}
            separators={BETWEEN}
            max={MOST}
          />
        </Field>
        <RoleChoice
          label={t('inviteDialog.roles')}
          value={roles}
          onValue={setRoles}
          problem={refused.roles ?? (roles.length === 0 && t('roles.none'))}
        />
        {teams.data && teams.data.length > 0 && (
          <fieldset className="min-w-0">
            <legend className="mb-1.5 text-sm font-medium">
              {t('inviteDialog.teams')}
              <span className="font-normal text-subtle"> · {tc('ui.optional')}</span>
            </legend>
            <div className="max-h-60 overflow-y-auto rounded-lg p-2 shadow-card">
              {teams.data.map((x) => (
                <ChoiceRow key={x.id} label={x.name} className="rounded-md px-2 py-1.5 hover:bg-hover">
                  {(control) => (
                    <Checkbox
                      {...control}
                      checked={teamIds.includes(x.id)}
                      onCheckedChange={(on) =>
                        setTeamIds(on ? [...teamIds, x.id] : teamIds.filter((id) => id !== x.id))
                      }
                    />
                  )}
                </ChoiceRow>
              ))}
            </div>
          </fieldset>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <span className="text-sm font-medium">{t('inviteDialog.language')}</span>
          <Segmented<Locale>
            label={t('inviteDialog.language')}
            value={locale}
            onValueChange={setLocale}
            options={LOCALES.map((l) => ({ value: l, label: tc(`language.${l}`) }))}
          />
        </div>
        <div role="alert" className="empty:hidden">
          {refused.form && <Notice kind="error">{refused.form}</Notice>}
        </div>
      </form>
    </Dialog>
  )
}

/** `emails.3` is said at the field that has all of them. */
function refusals(e: unknown): Refused {
  const said: Refused = {}
  for (const d of isApiError(e) ? e.details : []) {
    const field = d.field.split(/[.[]/)[0]
    if (field === 'emails' || field === 'roles') said[field] ??= d.message
  }
  return said.emails || said.roles ? said : { form: errorMessage(e) }
}
