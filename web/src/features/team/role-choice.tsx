import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type RoleRef, useRoleName } from '@/shared/access/role-name'
import { rolesOptions } from '@/shared/access/roles'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { ErrorState } from '@/shared/ui/error-state'
import { Skeleton } from '@/shared/ui/skeleton'
import { refusalOf } from './model'
import { useActor } from './use-actor'

type ChoiceProps = {
  label: string
  value: readonly RoleRef[]
  onValue: (roles: RoleRef[]) => void
  problem?: string | false
}
/** One or more roles. What this person cannot give is there to be seen, and says why. */
export function RoleChoice({ label, value, onValue, problem }: ChoiceProps) {
  const { t } = useTranslation('team')
  const { t: tc } = useTranslation()
  const roleName = useRoleName()
  const actor = useActor()
  const roles = useQuery(rolesOptions())
  if (roles.error && !roles.data)
    return <ErrorState error={roles.error} onRetry={() => void roles.refetch()} busy={roles.isFetching} />
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="max-h-72 overflow-y-auto rounded-lg p-2 shadow-card">
        {roles.data ? (
          roles.data.map((r) => {
            const on = value.some((v) => v.key === r.key)
            const refusal = refusalOf(actor, r)
            return (
              <ChoiceRow
                key={r.key}
                label={roleName(r)}
                hint={refusal ? t(`roles.${refusal}`) : r.description}
                className="rounded-md px-2 py-1.5 hover:bg-hover"
              >
                {(control) => (
                  <Checkbox
                    {...control}
                    checked={on}
                    disabled={!!refusal}
                    onCheckedChange={(add) =>
                      onValue(add ? [...value, { key: r.key, name: r.name }] : value.filter((v) => v.key !== r.key))
                    }
                  />
                )}
              </ChoiceRow>
            )
          })
        ) : (
          <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3.5 p-2">
            {['w-28', 'w-40', 'w-32', 'w-36', 'w-24', 'w-44'].map((w) => (
              <Skeleton key={w} className={`h-4 ${w}`} />
            ))}
          </div>
        )}
      </div>
      {problem && (
        <p role="alert" className="mt-1.5 text-xs text-danger">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
