import { ArrowLeft, Check } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermissionNames } from '@/shared/access/permission-names'
import { areasOf } from '@/shared/access/permissions'
import { useRoleName } from '@/shared/access/role-name'
import { REACHES, type RoleView } from '@/shared/access/roles'
import { cn } from '@/shared/lib/cn'
import { Button } from '@/shared/ui/button'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Field } from '@/shared/ui/field'
import { Section } from '@/shared/ui/section'
import { Select } from '@/shared/ui/select'
import { Switch } from '@/shared/ui/switch'
import { allPermissions, differingPermissions, differingReach } from './model'

type CompareProps = {
  all: readonly RoleView[]
  a: RoleView
  b: RoleView
  onPick: (keys: { a: string; b: string }) => void
  onBack: () => void
}
/** Two roles side by side; where they differ is marked, in words too. */
export default function Compare({ all, a, b, onPick, onBack }: CompareProps) {
  const { t } = useTranslation('access')
  const roleName = useRoleName()
  const [only, setOnly] = useState(false)
  const every = allPermissions(all)
  const permissions = differingPermissions(a, b, every)
  const reach = differingReach(a, b)
  const count = permissions.length + reach.length
  const options = all.map((r) => ({ value: r.key, label: roleName(r) }))
  return (
    <>
      <div>
        <Button size="md" variant="ghost" className="-ml-2" onClick={onBack}>
          <ArrowLeft size={15} aria-hidden />
          {t('roles.back')}
        </Button>
      </div>
      <Section
        title={t('roles.compareTitle')}
        text={<span role="status">{count > 0 ? t('roles.differences_count', { count }) : t('roles.same')}</span>}
        flush
      >
        <div className="flex flex-col gap-4 px-4 pb-4 md:px-5">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t('roles.first')}>
              <Select value={a.key} onValueChange={(key) => onPick({ a: key, b: b.key })} options={options} />
            </Field>
            <Field label={t('roles.second')}>
              <Select value={b.key} onValueChange={(key) => onPick({ a: a.key, b: key })} options={options} />
            </Field>
          </div>
          <ChoiceRow end label={t('roles.differences')}>
            {(c) => <Switch {...c} checked={only} onCheckedChange={setOnly} />}
          </ChoiceRow>
        </div>
        {(count > 0 || !only) && (
          <Differences a={a} b={b} every={only ? permissions : every} reach={only ? reach : REACHES} />
        )}
      </Section>
    </>
  )
}

type TableProps = { a: RoleView; b: RoleView; every: readonly string[]; reach: readonly (typeof REACHES)[number][] }
function Differences({ a, b, every, reach }: TableProps) {
  const { t } = useTranslation('access')
  const roleName = useRoleName()
  const names = usePermissionNames()
  return (
    <table className="w-full table-fixed text-sm">
      <caption className="sr-only">{t('roles.compareTitle')}</caption>
      <thead>
        <tr className="border-y border-line text-xs text-subtle">
          <th scope="col" className="h-9 px-4 text-left font-medium md:px-5">
            {t('roles.resource')}
          </th>
          {[a, b].map((r, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same role may stand on both sides
            <th key={i} scope="col" className="truncate px-2 font-medium" style={{ width: '24%' }}>
              {roleName(r)}
            </th>
          ))}
        </tr>
      </thead>
      {reach.length > 0 && (
        <tbody>
          <Heading text={t('roles.reach')} />
          {reach.map((r) => (
            <Row
              key={r}
              name={t(`area.${r}`)}
              differs={a.reach[r] !== b.reach[r]}
              first={t(`level.${a.reach[r]}`)}
              second={t(`level.${b.reach[r]}`)}
            />
          ))}
        </tbody>
      )}
      {areasOf(every).map((area) => (
        <tbody key={area.id}>
          <Heading text={t(`area.${area.id}`)} />
          {area.resources
            .flatMap((r) => r.actions.map((x) => `${r.id}.${x}`))
            .map((p) => {
              const [first, second] = [a, b].map((r) => r.permissions.includes(p))
              return (
                <Row
                  key={p}
                  name={names.full(p)}
                  differs={first !== second}
                  first={<Has it={first ?? false} />}
                  second={<Has it={second ?? false} />}
                />
              )
            })}
        </tbody>
      ))}
    </table>
  )
}
const Heading = ({ text }: { text: string }) => (
  <tr>
    <th scope="rowgroup" colSpan={3} className="px-4 pt-4 pb-1 text-left font-semibold md:px-5">
      {text}
    </th>
  </tr>
)

type RowProps = { name: string; differs: boolean; first: React.ReactNode; second: React.ReactNode }
function Row({ name, differs, first, second }: RowProps) {
  const { t } = useTranslation('access')
  return (
    <tr className={cn('border-b border-line-soft last:border-0', differs && 'bg-row-selected')}>
      <th scope="row" className="h-9 px-4 py-1.5 text-left font-normal break-words md:px-5">
        {name}
        {differs && <span className="sr-only"> ({t('roles.differs')})</span>}
      </th>
      <td className="px-2 text-center">{first}</td>
      <td className="px-2 text-center">{second}</td>
    </tr>
  )
}
function Has({ it }: { it: boolean }) {
  const { t } = useTranslation('access')
  return it ? (
    <>
      <Check size={15} strokeWidth={2.25} aria-hidden className="mx-auto text-success" />
      <span className="sr-only">{t('roles.yes')}</span>
    </>
  ) : (
    <>
      <span aria-hidden className="text-faint">
        –
      </span>
      <span className="sr-only">{t('roles.no')}</span>
    </>
  )
}
