import { useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { followDistribution } from './batches'
import { assign, findPeople, HOWS, type How, MOST_PEOPLE, type Person, sharesOf, type Which } from './distribution'
import type { Kind } from './fields'

type DialogProps = {
  kind: Kind
  which: Which
  count: number
  /** There may be more than `count`. */
  isEstimate: boolean
  onStarted: () => void
  onClose: () => void
}
/** Records are given out: among whom, how, and how many each will get. */
export default function DistributeDialog({ kind, which, count, isEstimate, onStarted, onClose }: DialogProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const [people, setPeople] = useState<Person[]>([])
  const [how, setHow] = useState<How>('roundRobin')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const few = people.length < 2
  const change = (next: Person[]) => {
    setPeople(next)
    setRefused(null)
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (few) return
    setBusy(true)
    try {
      const batch = await assign({ recordType: kind, ...which, people: people.map((p) => p.id), how })
      onStarted()
      onClose()
      void followDistribution(qc, kind, batch, count)
    } catch (error) {
      setRefused((isApiError(error) && error.details[0]?.message) || errorMessage(error))
      setBusy(false)
    }
  }
  // What companies somebody has is not told with the members.
  const known = kind === 'contact' ? people : people.map((p) => ({ ...p, clients: null }))
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('distribute.title', { count })}
      description={t('distribute.text')}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button size="md" variant="primary" type="submit" form="distribute" busy={busy}>
            {t('distribute.action')}
          </Button>
        </>
      }
    >
      <form id="distribute" noValidate onSubmit={(e) => void submit(e)} className="flex flex-col gap-4">
        <Segmented
          label={t('distribute.how')}
          value={how}
          onValueChange={setHow}
          className="self-start"
          options={HOWS.map((value) => ({ value, label: t(`distribute.${value}`) }))}
        />
        <p className="-mt-2 text-sm text-muted">{t(`distribute.${how}Text`)}</p>
        <People
          people={known}
          shares={sharesOf(how, known, count)}
          about={isEstimate || how === 'byLoad'}
          onPeople={change}
          problem={tried && few && t('distribute.few')}
        />
        <div role="alert" className="empty:hidden">
          {refused && <Notice kind="error">{refused}</Notice>}
        </div>
      </form>
    </Dialog>
  )
}

type PeopleProps = {
  people: Person[]
  shares: number[] | null
  /** The shares are as things stand now. */
  about: boolean
  onPeople: (people: Person[]) => void
  problem: string | false
}
function People({ people, shares, about, onPeople, problem }: PeopleProps) {
  const { t } = useTranslation('records')
  const { num } = useFormat()
  const [found] = useState(() => new Map<string, Person>())
  const load = async (search: string, signal: AbortSignal) => {
    const all = await findPeople(search, signal)
    for (const person of all) found.set(person.id, person)
    return all
      .filter((p) => !people.some((x) => x.id === p.id))
      .map((p) => ({
        value: p.id,
        label: p.name,
        ...(p.clients !== null && { hint: num(p.clients) }),
        icon: <Avatar name={p.name} size={18} />,
      }))
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Field label={t('distribute.who')} required error={problem}>
        <Combobox
          // Anew after each: it finds people, it does not hold one.
          key={people.length}
          value={null}
          disabled={people.length >= MOST_PEOPLE}
          placeholder={t('distribute.add')}
          onValueChange={(o) =>
            o && onPeople([...people, found.get(o.value) ?? { id: o.value, name: o.label, clients: null }])
          }
          load={load}
        />
      </Field>
      {people.length > 0 && (
        <ul aria-label={t('distribute.who')} className="max-h-60 overflow-y-auto rounded-lg shadow-card">
          {people.map((p, place) => (
            <li key={p.id} className="flex items-center gap-2 border-b border-line-soft px-3 py-1.5 last:border-0">
              <Avatar name={p.name} size={22} />
              <span className="min-w-0 flex-1 truncate text-sm">{p.name}</span>
              <span className="tabular shrink-0 text-xs text-muted">
                {shares
                  ? t(about ? 'distribute.about' : 'distribute.gets', { count: shares[place] ?? 0 })
                  : t('distribute.unknown')}
              </span>
              <IconButton
                label={t('distribute.remove', { name: p.name })}
                onClick={() => onPeople(people.filter((x) => x.id !== p.id))}
                className="any-pointer-coarse:size-10!"
              >
                <X size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {shares && about && people.length > 0 && <p className="text-xs text-subtle">{t('distribute.aboutText')}</p>}
    </div>
  )
}
