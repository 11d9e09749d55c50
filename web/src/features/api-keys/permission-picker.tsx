import { Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermissionNames } from '@/shared/access/permission-names'
import { areasOf } from '@/shared/access/permissions'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { Input } from '@/shared/ui/input'
import { matching } from './model'

type PickerProps = {
  /** Those that may be given. */
  all: readonly string[]
  value: readonly string[]
  onValue: (permissions: string[]) => void
  problem?: string | false
}
/** What a key may do: by areas, found by typing. */
export function PermissionPicker({ all, value, onValue, problem }: PickerProps) {
  const { t } = useTranslation('access')
  const { t: tc } = useTranslation()
  const names = usePermissionNames()
  const [search, setSearch] = useState('')
  const areas = areasOf(matching(all, search, names.full))
  const toggle = (some: readonly string[], on: boolean) =>
    onValue(on ? all.filter((p) => value.includes(p) || some.includes(p)) : value.filter((p) => !some.includes(p)))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{t('keys.permissions')}</legend>
      <div className="overflow-hidden rounded-lg shadow-card">
        <div className="border-b border-line p-2">
          <Input
            size="sm"
            type="search"
            aria-label={t('keys.find')}
            placeholder={t('keys.find')}
            icon={<Search size={14} aria-hidden />}
            value={search}
            onChange={(e) => setSearch(e.target.value)}
            // Enter looks, it does not send the form.
            onKeyDown={(e) => e.key === 'Enter' && e.preventDefault()}
          />
        </div>
        <section
          aria-label={t('keys.permissions')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls from the keyboard
          tabIndex={0}
          className="relative max-h-72 overflow-y-auto p-2 outline-offset-[-2px]"
        >
          {areas.length === 0 && <p className="px-2 py-4 text-center text-sm text-subtle">{tc('ui.noMatches')}</p>}
          {areas.map((area) => {
            const some = area.resources.flatMap((r) => r.actions.map((a) => `${r.id}.${a}`))
            const chosen = some.filter((p) => value.includes(p)).length
            return (
              <fieldset key={area.id} className="mb-2">
                <legend className="sr-only">{t(`area.${area.id}`)}</legend>
                <ChoiceRow
                  label={<span className="font-semibold">{t(`area.${area.id}`)}</span>}
                  className="rounded-md px-2 py-1.5 hover:bg-hover"
                >
                  {(control) => (
                    <Checkbox
                      {...control}
                      checked={chosen === some.length}
                      indeterminate={chosen > 0 && chosen < some.length}
                      onCheckedChange={(on) => toggle(some, on)}
                    />
                  )}
                </ChoiceRow>
                {some.map((p) => (
                  <ChoiceRow
                    key={p}
                    label={names.full(p)}
                    className="rounded-md py-1 pr-2 pl-8 hover:bg-hover any-pointer-coarse:min-h-9"
                  >
                    {(control) => (
                      <Checkbox {...control} checked={value.includes(p)} onCheckedChange={(on) => toggle([p], on)} />
                    )}
                  </ChoiceRow>
                ))}
              </fieldset>
            )
          })}
        </section>
        <p aria-live="polite" className="border-t border-line px-3 py-1.5 text-xs text-subtle">
          {t('keys.chosen', { count: value.length })}
        </p>
      </div>
      {problem && (
        <p role="alert" className="mt-1.5 text-xs text-danger">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
