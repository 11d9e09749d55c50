import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage } from '@/shared/api/messages'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import type { Option } from '@/shared/ui/select'
import { toast } from '@/shared/ui/toast'
import { api, keys } from './api'
import { refresh, useCampaignChanges } from './changes'
import { addTo, byReason, countOf, idsOf, isHandMade, isTooMany, type Refusal, type Who } from './enrol'
import { officeHours, stepsOf } from './steps-model'
import { written } from './template-model'
import type { Campaign } from './types'

type Props = {
  who: Who
  /** Campaigns that they are in already. */
  taken?: readonly string[]
  onDone?: () => void
  onClose: () => void
}
type Result = { name: string; enrolled: number; groups: Refusal[] }
/** Puts contacts into a campaign; whom it does not take is said, with the reason. */
export default function EnrolDialog({ who, taken = [], onDone, onClose }: Props) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const known = useRef(new Map<string, Campaign>())
  const [campaign, setCampaign] = useState<Option | null>(null)
  const [busy, setBusy] = useState(false)
  const [tried, setTried] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  const count = countOf(who)
  const many = isTooMany(who)
  const draft = campaign && known.current.get(campaign.value)
  const closed = draft?.state === 'draft' && !isHandMade(draft)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    const to = campaign && known.current.get(campaign.value)
    if (!to || busy || closed) return
    setBusy(true)
    setError(null)
    try {
      const ids = await idsOf(who)
      const answer = await addTo(to, ids)
      refresh(qc, to.id)
      void qc.invalidateQueries({ queryKey: keys.one(to.id) })
      for (const id of ids.slice(0, 1)) void qc.invalidateQueries({ queryKey: keys.ofContact(id) })
      onDone?.()
      if (answer.refused.length > 0) {
        setResult({ name: to.name, enrolled: answer.enrolled, groups: byReason(answer.refused) })
        setBusy(false)
        return
      }
      const many = answer.enrolled > 1 ? 'of.enrolledMany' : 'of.enrolled'
      toast.success(t(to.state === 'draft' ? 'of.joined' : many, { name: to.name, count: answer.enrolled }))
      onClose()
    } catch (x) {
      setError(errorMessage(x))
      setBusy(false)
    }
  }
  const load = async (search: string, signal: AbortSignal): Promise<Option[]> => {
    const pages = await Promise.all(
      ['running', 'paused', 'draft'].map((state) =>
        api.list({ state, search: search || undefined }, undefined, signal),
      ),
    )
    const all = pages.flatMap((p) => p.items).filter((c) => !taken.includes(c.id))
    for (const c of all) known.current.set(c.id, c)
    return all.map((c) => ({ value: c.id, label: c.name, hint: t(`state.${c.state}`) }))
  }
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      size="sm"
      title={t('of.enrol')}
      description={'ids' in who && who.name ? who.name : t('people', { count })}
      footer={
        result || many ? (
          <Button size="md" variant={result ? 'primary' : 'secondary'} onClick={onClose}>
            {tc('action.close')}
          </Button>
        ) : (
          <>
            <Button size="md" onClick={onClose}>
              {tc('action.cancel')}
            </Button>
            <Button size="md" variant="primary" type="submit" form="enrol" busy={busy} disabled={closed}>
              {t('of.add')}
            </Button>
          </>
        )
      }
    >
      {result ? (
        <Answer result={result} who={who} />
      ) : many ? (
        <TooMany who={who} count={count} onClose={onClose} />
      ) : (
        <form id="enrol" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
          <Field
            label={t('column.campaign')}
            required
            hint={t('of.hint')}
            error={tried && !campaign && tc('validation.required')}
          >
            <Combobox
              value={campaign}
              load={load}
              placeholder={t('audience.findCampaign')}
              onValueChange={(o) => {
                setCampaign(o)
                setError(null)
              }}
            />
          </Field>
          {closed && (
            <Notice>
              {t('of.draftOther')}{' '}
              <Link to="/campaigns/$id" params={{ id: draft.id }} className="text-accent-text underline">
                {t('of.openDraft')}
              </Link>
            </Notice>
          )}
          <div role="alert">
            {error && (
              <Notice kind="error" title={t('of.notEnrolled')}>
                {error}
              </Notice>
            )}
          </div>
        </form>
      )}
    </Dialog>
  )
}

const NAMED = 5
/** Who came in, and why the others did not. */
function Answer({ result, who }: { result: Result; who: Who }) {
  const { t } = useTranslation('campaigns')
  const { num, list } = useFormat()
  const not = result.groups.reduce((n, g) => n + g.ids.length, 0)
  const nameOf = (id: string) => ('ids' in who ? (who.nameOf?.(id) ?? who.name) : undefined)
  return (
    <div role="status" className="flex flex-col gap-3">
      <Notice kind="warning" title={t('of.result', { done: result.enrolled, not })}>
        {result.name}
      </Notice>
      <ul className="flex flex-col gap-2.5">
        {result.groups.map(({ reason, ids }) => {
          const names = ids.map(nameOf).filter((n) => n !== undefined)
          const rest = ids.length - Math.min(names.length, NAMED)
          return (
            <li key={reason.code} className="text-sm">
              <div className="flex gap-3">
                <span className="min-w-0 flex-1">{reason.message}</span>
                <span className="tabular font-medium">{num(ids.length)}</span>
              </div>
              {names.length > 0 && (
                <p className="text-xs text-subtle">
                  {list(names.slice(0, NAMED))}
                  {rest > 0 && ` ${t('of.more', { count: rest })}`}
                </p>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function TooMany({ who, count, onClose }: { who: Who; count: number; onClose: () => void }) {
  const { t } = useTranslation('campaigns')
  const { dayMonth } = useFormat()
  const { user, organization } = useSession()
  const navigate = useNavigate()
  const changes = useCampaignChanges()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const make = async () => {
    if ('ids' in who) return
    setBusy(true)
    const greeted = written('contact.firstName', t('template.there'))
    try {
      const made = await changes.create({
        name: t('of.fromFilterName', { day: dayMonth(Date.now()) }),
        channel: 'telegram',
        audience: {
          source: { kind: 'filter', filter: who.filter, search: who.search },
          exclude: { writtenToWithinDays: null, campaignIds: [], contactIds: [] },
        },
        schedule: officeHours(user.timeZone),
        steps: stepsOf('followUp', {
          first: t('text.first', { name: greeted, organization: organization.name }),
          second: t('text.second', { name: greeted }),
        }),
      })
      onClose()
      await navigate({ to: '/campaigns/$id', params: { id: made.id } })
    } catch (x) {
      setError(errorMessage(x))
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <Notice
        title={t('of.tooMany', { count })}
        actions={
          'count' in who && (
            <Button size="md" variant="primary" busy={busy} onClick={() => void make()}>
              {t('of.fromFilter')}
            </Button>
          )
        }
      >
        {'count' in who && t('of.tooManyText')}
      </Notice>
      <div role="alert">{error && <Notice kind="error">{error}</Notice>}</div>
    </div>
  )
}
