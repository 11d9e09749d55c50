import { ArrowLeft, Copy, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import type { RoleView } from '@/shared/access/roles'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useUnsavedGuard } from '@/shared/form/use-unsaved-guard'
import { i18n } from '@/shared/i18n'
import { useCan, useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { Select } from '@/shared/ui/select'
import { type RoleInput, useRoleChanges } from './api'
import { DeleteDialog } from './delete-dialog'
import { Matrix } from './matrix'
import { allPermissions, draftOf, isBeyond, sameDraft, toggled } from './model'

const BASES = ['admin', 'manager', 'agent', 'viewer', 'auditor'] as const
type Refused = {
  name?: string
  description?: string
  base?: string
  permissions?: string
  reach?: string
  form?: string
}
type EditorProps = {
  role: RoleView
  /** What is made is another role that starts as this one is. */
  copy: boolean
  all: RoleView[]
  onOpen: (key: string) => void
  onCopy: () => void
  onBack: () => void
}
/** One role: built-in ones are there to be read. */
export default function RoleEditor({ role, copy, all, onOpen, onCopy, onBack }: EditorProps) {
  const { t } = useTranslation('access')
  const { t: tc } = useTranslation()
  const roleName = useRoleName()
  const session = useSession()
  const mayWrite = useCan('team.roles.write')
  const changes = useRoleChanges()
  const readOnly = !mayWrite || (role.builtIn && !copy)
  const order = allPermissions(all)
  const title = copy ? t('roles.new') : roleName(role)
  // A copy never starts with more than the person who makes it may give.
  const [start, setStart] = useState<RoleInput>(() => {
    const draft = draftOf(role, copy ? t('roles.copyOf', { name: roleName(role) }) : roleName(role))
    return copy ? { ...draft, permissions: draft.permissions.filter((p) => session.permissions.includes(p)) } : draft
  })
  const [draft, setDraft] = useState(start)
  const [version, setVersion] = useState(role)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [news, setNews] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const [refused, setRefused] = useState<Refused>({})
  const changed = !readOnly && !sameDraft(start, draft)
  const dirty = !readOnly && (copy || changed)
  useUnsavedGuard(changed)
  /** Back to the list: the same page to the router, so it is asked here. */
  const leave = async () => {
    const sure =
      !changed ||
      (await confirm({
        title: i18n.t('shell:unsaved.title'),
        description: i18n.t('shell:unsaved.text'),
        action: i18n.t('shell:unsaved.leave'),
        danger: true,
      }))
    if (sure) onBack()
  }
  const set = (change: Partial<RoleInput>) => {
    setDraft((now) => ({ ...now, ...change }))
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!draft.name.trim()) return
    setBusy(true)
    const body = { ...draft, name: draft.name.trim(), description: draft.description?.trim() || null }
    try {
      if (copy) return onOpen((await changes.create(body)).key)
      setVersion(await changes.save(version, body))
      setStart(body)
      setDraft(body)
      setNews(false)
    } catch (error) {
      if (isApiError(error) && error.code === 'version.conflict') await takeNews()
      else setRefused(refusals(error))
    }
    setBusy(false)
  }
  /** Somebody was first: what they changed and this person did not is taken over; the next press saves. */
  const takeNews = async () => {
    const theirs = (await changes.again()).find((r) => r.key === role.key)
    if (!theirs) return setRefused({ form: t('roles.gone') })
    const now = draftOf(theirs, theirs.name ?? '')
    setDraft((mine) => ({
      name: mine.name === start.name ? now.name : mine.name,
      description: mine.description === start.description ? now.description : mine.description,
      base: mine.base === start.base ? now.base : mine.base,
      permissions: order.filter((p) =>
        mine.permissions.includes(p) === start.permissions.includes(p)
          ? now.permissions.includes(p)
          : mine.permissions.includes(p),
      ),
      reach: {
        clients: mine.reach.clients === start.reach.clients ? now.reach.clients : mine.reach.clients,
        deals: mine.reach.deals === start.reach.deals ? now.reach.deals : mine.reach.deals,
        chats: mine.reach.chats === start.reach.chats ? now.reach.chats : mine.reach.chats,
        accounts: mine.reach.accounts === start.reach.accounts ? now.reach.accounts : mine.reach.accounts,
      },
    }))
    setStart(now)
    setVersion(theirs)
    setNews(true)
  }
  const had = copy ? [] : start.permissions
  const beyond = (p: string) => isBeyond(session.permissions, had, p)
  return (
    <form noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-3 md:gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="md" variant="ghost" className="-ml-2" onClick={() => void leave()}>
          <ArrowLeft size={15} aria-hidden />
          {t('roles.back')}
        </Button>
        <span className="flex-1" />
        {mayWrite && !copy && (
          <Button size="md" variant={readOnly ? 'primary' : 'secondary'} onClick={onCopy}>
            <Copy size={14} aria-hidden />
            {t('roles.copy')}
          </Button>
        )}
        {!readOnly && !copy && (
          <Button size="md" onClick={() => setDeleting(true)}>
            <Trash2 size={14} aria-hidden />
            {t('roles.delete')}
          </Button>
        )}
      </div>
      <Section
        title={title}
        text={[
          !copy && t('roles.members', { count: role.members }),
          t('roles.permissions', { count: draft.permissions.length }),
        ]
          .filter(Boolean)
          .join(' · ')}
      >
        {readOnly ? (
          <Notice>{t(role.builtIn ? 'roles.readOnly' : 'roles.noWrite')}</Notice>
        ) : (
          <div className="flex flex-col gap-4">
            {news && (
              <Notice kind="warning" role="alert">
                {t('roles.changed')}
              </Notice>
            )}
            <div className="grid gap-4 sm:grid-cols-2">
              <Field
                label={t('roles.name')}
                required
                hint={t('roles.nameHint')}
                error={refused.name ?? (tried && !draft.name.trim() && t('roles.nameMissing'))}
              >
                <Input
                  autoFocus={copy}
                  maxLength={100}
                  autoComplete="off"
                  value={draft.name}
                  onChange={(e) => set({ name: e.target.value })}
                />
              </Field>
              <Field label={t('roles.base')} hint={t('roles.baseHint')} error={refused.base}>
                <Select
                  value={draft.base}
                  onValueChange={(base) => set({ base })}
                  options={BASES.map((value) => ({ value, label: roleName(value) }))}
                />
              </Field>
            </div>
            <Field label={t('roles.description')} optional error={refused.description}>
              <Input
                maxLength={500}
                placeholder={t('roles.descriptionHint')}
                value={draft.description ?? ''}
                onChange={(e) => set({ description: e.target.value })}
              />
            </Field>
            {order.some(beyond) && <p className="text-xs text-subtle">{t('roles.beyondHint')}</p>}
          </div>
        )}
      </Section>
      <Matrix
        all={order}
        held={draft.permissions}
        reach={draft.reach}
        readOnly={readOnly}
        isBeyond={beyond}
        onToggle={(some, on) => set({ permissions: toggled(order, draft.permissions, some, on) })}
        onReach={(of, level) => set({ reach: { ...draft.reach, [of]: level } })}
      />
      {!readOnly && (
        <div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 rounded-lg bg-raised px-4 py-3 shadow-pop">
          <div role="alert" className="min-w-0 flex-1 text-sm text-danger empty:hidden">
            {refused.permissions ?? refused.reach ?? refused.form}
          </div>
          {draft.permissions.length === 0 && <span className="text-xs text-subtle">{t('roles.none')}</span>}
          <Button size="md" disabled={!dirty} onClick={() => (copy ? void leave() : setDraft(start))}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" busy={busy} disabled={!dirty}>
            {tc(copy ? 'action.create' : 'action.save')}
          </Button>
        </div>
      )}
      {deleting && (
        <DeleteDialog
          role={version}
          others={all.filter((r) => r.key !== role.key && r.key !== 'owner')}
          changes={changes}
          onDone={onBack}
          onClose={() => setDeleting(false)}
        />
      )}
    </form>
  )
}

const FIELDS = ['name', 'description', 'base', 'permissions', 'reach'] as const
function refusals(e: unknown): Refused {
  const said: Refused = {}
  for (const d of isApiError(e) ? e.details : []) {
    const field = FIELDS.find((f) => f === d.field.split(/[.[]/)[0])
    if (field) said[field] ??= d.message
  }
  return Object.keys(said).length > 0 ? said : { form: errorMessage(e) }
}
