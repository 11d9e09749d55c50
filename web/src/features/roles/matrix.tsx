import { useTranslation } from 'react-i18next'
import { usePermissionNames } from '@/shared/access/permission-names'
import { areasOf, type PermissionArea } from '@/shared/access/permissions'
import { LEVELS, type Level, type Reach } from '@/shared/access/roles'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'

export type MatrixProps = {
  /** Every permission there is, in order. */
  all: readonly string[]
  held: readonly string[]
  reach: Reach
  readOnly: boolean
  isBeyond: (permission: string) => boolean
  onToggle: (permissions: string[], on: boolean) => void
  onReach: (of: keyof Reach, level: Level) => void
}
/** What a role may do: resources by actions, area by area, and how far each area reaches. */
export function Matrix(p: MatrixProps) {
  const { t } = useTranslation('access')
  const phone = useMediaQuery('(max-width: 767px)')
  const Area = phone ? AreaList : AreaTable
  return areasOf(p.all).map((area) => (
    <Section
      key={area.id}
      title={t(`area.${area.id}`)}
      text={area.reach && t(`levelText.${p.reach[area.reach]}`)}
      flush
      actions={area.reach && <ReachOf of={area.reach} {...p} />}
    >
      <Area area={area} {...p} />
    </Section>
  ))
}

function ReachOf({ of, reach, readOnly, onReach }: MatrixProps & { of: keyof Reach }) {
  const { t } = useTranslation('access')
  return (
    <Segmented<Level>
      label={t('roles.reachOf', { area: t(`area.${of}`) })}
      value={reach[of]}
      disabled={readOnly}
      onValueChange={(level) => onReach(of, level)}
      options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))}
    />
  )
}

type AreaProps = MatrixProps & { area: PermissionArea }
function AreaTable({ area, ...p }: AreaProps) {
  const { t } = useTranslation('access')
  const names = usePermissionNames()
  const label = t('roles.matrixOf', { area: t(`area.${area.id}`) })
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls sideways, also from the keyboard
      tabIndex={0}
      className="relative overflow-x-auto outline-offset-[-2px]"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-y border-line text-xs text-subtle">
            <th scope="col" className="h-9 px-4 text-left font-medium md:px-5">
              {t('roles.resource')}
            </th>
            {area.actions.map((a) => (
              <th key={a} scope="col" className="px-2 font-medium" style={{ width: 76 }}>
                {names.action(a)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {area.resources.map((r) => (
            <tr key={r.id} className="border-b border-line-soft last:border-0">
              <th scope="row" className="h-9 px-4 py-1.5 text-left font-normal md:px-5">
                {names.resource(r.id)}
              </th>
              {area.actions.map((a) => (
                <td key={a} className="px-2 text-center">
                  {r.actions.includes(a) ? (
                    <Cell permission={`${r.id}.${a}`} label={names.full(`${r.id}.${a}`)} {...p} />
                  ) : (
                    <span aria-hidden className="text-faint">
                      –
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type CellProps = MatrixProps & { permission: string; label?: string; id?: string; 'aria-describedby'?: string }
function Cell({ permission, label, held, readOnly, isBeyond, onToggle, ...control }: CellProps) {
  const { t } = useTranslation('access')
  const beyond = isBeyond(permission)
  return (
    <Checkbox
      id={control.id}
      aria-describedby={control['aria-describedby']}
      aria-label={label}
      title={!readOnly && beyond ? t('roles.beyond') : label}
      checked={held.includes(permission)}
      disabled={readOnly || beyond}
      onCheckedChange={(on) => onToggle([permission], on)}
    />
  )
}

/** The same on a phone: full names, one below the other. */
function AreaList({ area, ...p }: AreaProps) {
  const { t } = useTranslation('access')
  const names = usePermissionNames()
  return (
    <div className="flex flex-col gap-3 border-t border-line px-4 py-3">
      {area.resources.map((r) => {
        const all = r.actions.map((a) => `${r.id}.${a}`)
        const free = all.filter((x) => !p.isBeyond(x))
        const chosen = all.filter((x) => p.held.includes(x)).length
        return (
          <fieldset key={r.id} className="min-w-0">
            <legend className="sr-only">{names.resource(r.id)}</legend>
            {all.length > 1 && (
              <ChoiceRow
                label={<span className="font-semibold">{t('roles.all', { resource: names.resource(r.id) })}</span>}
                className="py-1.5"
              >
                {(c) => (
                  <Checkbox
                    {...c}
                    checked={chosen === all.length}
                    indeterminate={chosen > 0 && chosen < all.length}
                    disabled={p.readOnly || free.length === 0}
                    onCheckedChange={(on) => p.onToggle(on ? free : all, on)}
                  />
                )}
              </ChoiceRow>
            )}
            {all.map((permission) => (
              <ChoiceRow
                key={permission}
                label={names.full(permission)}
                hint={!p.readOnly && p.isBeyond(permission) && t('roles.beyond')}
                className={all.length > 1 ? 'py-1.5 pl-8' : 'py-1.5'}
              >
                {(c) => <Cell {...p} {...c} permission={permission} />}
              </ChoiceRow>
            ))}
          </fieldset>
        )
      })}
    </div>
  )
}
