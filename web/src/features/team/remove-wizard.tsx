import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Dialog } from '@/shared/ui/dialog'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import type { Option } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { findPeople, holdingsOptions, type MemberChanges } from './api'
import { sumOf } from './model'
import type { Holdings, Member } from './types'

const KINDS = ['clients', 'companies', 'deals', 'chats', 'accounts'] as const
type Step = 'holdings' | 'to' | 'confirm'
type WizardProps = { member: Member; changes: MemberChanges; onClose: () => void }

/** Somebody leaves: what they hold, who gets it, and whether that is right. */
export default function RemoveWizard({ member, changes, onClose }: WizardProps) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const holdings = useQuery(holdingsOptions(member.id))
  const [step, setStep] = useState<Step>('holdings')
  const [way, setWay] = useState<'member' | 'nobody'>('member')
  const [to, setTo] = useState<Option | null>(null)
  const [missing, setMissing] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const held = holdings.data ? sumOf(holdings.data) : 0
  const steps: Step[] = held > 0 ? ['holdings', 'to', 'confirm'] : ['holdings', 'confirm']
  const at = steps.indexOf(step)
  const go = (next: Step | undefined) => {
    if (!next) return
    setStep(next)
    requestAnimationFrame(() => heading.current?.focus())
  }
  const onward = () => {
    const lacks = step === 'to' && way === 'member' && !to
    setMissing(lacks)
    if (!lacks) go(steps[at + 1])
  }
  const remove = () => {
    onClose()
    void changes.remove(member, way === 'member' && held > 0 ? (to?.value ?? null) : null, held > 0)
  }
  const title = { holdings: t('remove.holdings'), to: t('remove.to'), confirm: t('remove.confirm') }[step]
  return (
    <Dialog
      open
      onOpenChange={(o) => !o && onClose()}
      title={t('remove.title', { name: member.name })}
      description={t('remove.step', { step: at + 1, of: steps.length })}
      footer={
        <>
          <Button size="md" onClick={at === 0 ? onClose : () => go(steps[at - 1])}>
            {tc(at === 0 ? 'action.cancel' : 'action.back')}
          </Button>
          {step === 'confirm' ? (
            <Button size="md" variant="danger" onClick={remove}>
              {t('remove.action')}
            </Button>
          ) : (
            <Button size="md" variant="primary" disabled={!holdings.data} onClick={onward}>
              {tc('action.continue')}
            </Button>
          )}
        </>
      }
    >
      <h3 ref={heading} tabIndex={-1} className="text-base font-semibold outline-none">
        {title}
      </h3>
      <div className="mt-2 flex flex-col gap-3" style={{ minHeight: 144 }}>
        {step === 'holdings' &&
          (holdings.data ? (
            <Held holdings={holdings.data} />
          ) : holdings.error ? (
            <ErrorState error={holdings.error} onRetry={() => void holdings.refetch()} busy={holdings.isFetching} />
          ) : (
            <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3">
              {KINDS.map((k) => (
                <Skeleton key={k} className="h-4 w-40" />
              ))}
            </div>
          ))}
        {step === 'to' && (
          <To
            member={member}
            way={way}
            onWay={setWay}
            to={to}
            onTo={(picked) => {
              setTo(picked)
              setMissing(false)
            }}
            missing={missing}
          />
        )}
        {step === 'confirm' && (
          <>
            <Notice kind="warning">
              {held === 0
                ? t('remove.confirmEmpty', { name: member.name })
                : way === 'member'
                  ? t('remove.confirmTo', { name: member.name, to: to?.label ?? '' })
                  : t('remove.confirmNobody', { name: member.name })}
            </Notice>
            <p className="text-sm text-muted">{t('remove.stays')}</p>
          </>
        )}
      </div>
    </Dialog>
  )
}

function Held({ holdings }: { holdings: Holdings }) {
  const { t } = useTranslation('team')
  const some = KINDS.filter((k) => holdings[k] > 0)
  if (some.length === 0) return <p className="text-sm text-muted">{t('remove.nothing')}</p>
  return (
    <>
      <p className="text-sm text-muted">{t('remove.holdingsText')}</p>
      <ul className="tabular flex flex-col gap-1.5 text-sm font-medium">
        {some.map((k) => (
          <li key={k}>{t(`load.${k}`, { count: holdings[k] })}</li>
        ))}
      </ul>
    </>
  )
}

type ToProps = {
  member: Member
  way: 'member' | 'nobody'
  onWay: (way: 'member' | 'nobody') => void
  to: Option | null
  onTo: (to: Option | null) => void
  missing: boolean
}
function To({ member, way, onWay, to, onTo, missing }: ToProps) {
  const { t } = useTranslation('team')
  const { list } = useFormat()
  return (
    <>
      <Segmented
        label={t('remove.to')}
        value={way}
        onValueChange={onWay}
        options={[
          { value: 'member', label: t('remove.toMember') },
          { value: 'nobody', label: t('remove.toNobody') },
        ]}
      />
      {way === 'member' ? (
        <Field label={t('remove.member')} required error={missing && t('remove.memberPick')}>
          <Combobox
            value={to}
            onValueChange={onTo}
            placeholder={t('remove.memberPick')}
            load={(search, signal) =>
              findPeople(search, signal).then((all) =>
                all
                  .filter((m) => m.id !== member.id)
                  .map((m) => ({
                    value: m.id,
                    label: m.name,
                    hint: list(m.teams.map((x) => x.name)),
                    icon: <Avatar name={m.name} size={18} />,
                  })),
              )
            }
          />
        </Field>
      ) : (
        <p className="text-sm text-muted">{t('remove.toNobodyHint')}</p>
      )}
    </>
  )
}
