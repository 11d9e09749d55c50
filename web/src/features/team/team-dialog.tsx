import { Star, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { confirm } from '@/shared/ui/confirm'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Input, Textarea } from '@/shared/ui/input'
import { Notice } from '@/shared/ui/notice'
import { findPeople, type TeamChanges } from './api'
import type { Team, TeamMember } from './types'

const MOST = 500
type Draft = { name: string; description: string; members: TeamMember[] }
type Refused = { name?: string; description?: string; members?: string; form?: string }
type DialogProps = { team: Team | null; changes: TeamChanges; onClose: () => void }

/** A team: what it is called, who is in it and who leads it. */
export default function TeamDialog({ team, changes, onClose }: DialogProps) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const [start] = useState<Draft>({
    name: team?.name ?? '',
    description: team?.description ?? '',
    members: team?.members ?? [],
  })
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused>({})
  const set = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change })
    setRefused({})
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!draft.name.trim()) return
    setBusy(true)
    try {
      await changes.save(team, {
        name: draft.name.trim(),
        description: draft.description.trim() || null,
        members: draft.members.map(({ id, lead }) => ({ id, lead })),
      })
      onClose()
    } catch (error) {
      setRefused(refusals(error))
      setBusy(false)
    }
  }
  const leave = async () => {
    const sure =
      JSON.stringify(draft) === JSON.stringify(start) ||
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
      title={t(team ? 'teams.editTitle' : 'teams.new')}
      footer={
        <>
          <Button size="md" onClick={() => void leave()}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="team" busy={busy}>
            {tc(team ? 'action.save' : 'action.create')}
          </Button>
        </>
      }
    >
      <form id="team" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
        <Field
          label={t('teams.name')}
          required
          error={refused.name ?? (tried && !draft.name.trim() && t('teams.nameMissing'))}
        >
          <Input
            autoFocus
            maxLength={100}
            autoComplete="off"
            value={draft.name}
            onChange={(e) => set({ name: e.target.value })}
          />
        </Field>
        <Field label={t('teams.description')} optional error={refused.description}>
          <Textarea
            rows={2}
            maxLength={500}
            value={draft.description}
            onChange={(e) => set({ description: e.target.value })}
          />
        </Field>
        <People members={draft.members} onMembers={(members) => set({ members })} problem={refused.members} />
        <div role="alert" className="empty:hidden">
          {refused.form && <Notice kind="error">{refused.form}</Notice>}
        </div>
      </form>
    </Dialog>
  )
}

type PeopleProps = { members: TeamMember[]; onMembers: (members: TeamMember[]) => void; problem?: string }
function People({ members, onMembers, problem }: PeopleProps) {
  const { t } = useTranslation('team')
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Field label={t('teams.members')} error={problem}>
        <Combobox
          // Anew after each: it finds people, it does not hold one.
          key={members.length}
          value={null}
          disabled={members.length >= MOST}
          placeholder={t('teams.membersFind')}
          onValueChange={(o) => o && onMembers([...members, { id: o.value, name: o.label, lead: false }])}
          load={(search, signal) =>
            findPeople(search, signal).then((all) =>
              all
                .filter((m) => !members.some((x) => x.id === m.id))
                .map((m) => ({ value: m.id, label: m.name, hint: m.email, icon: <Avatar name={m.name} size={18} /> })),
            )
          }
        />
      </Field>
      {members.length > 0 && (
        <ul aria-label={t('teams.members')} className="max-h-60 overflow-y-auto rounded-lg shadow-card">
          {members.map((m) => (
            <li key={m.id} className="flex items-center gap-2 border-b border-line-soft px-3 py-1.5 last:border-0">
              <Avatar name={m.name} size={20} />
              <span className="min-w-0 flex-1 truncate text-sm">{m.name}</span>
              <Button
                size="sm"
                variant="ghost"
                aria-pressed={m.lead}
                aria-label={t('teams.isLead', { name: m.name })}
                onClick={() => onMembers(members.map((x) => (x.id === m.id ? { ...x, lead: !x.lead } : x)))}
                className={m.lead ? 'text-accent-text!' : undefined}
              >
                <Star size={14} aria-hidden fill={m.lead ? 'currentColor' : 'none'} />
                {t('teams.lead')}
              </Button>
              <IconButton
                label={t('teams.takeOut', { name: m.name })}
                onClick={() => onMembers(members.filter((x) => x.id !== m.id))}
              >
                <X size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function refusals(e: unknown): Refused {
  const said: Refused = {}
  for (const d of isApiError(e) ? e.details : []) {
    const field = d.field.split(/[.[]/)[0]
    if (field === 'name' || field === 'description' || field === 'members') said[field] ??= d.message
  }
  return Object.keys(said).length > 0 ? said : { form: errorMessage(e) }
}
