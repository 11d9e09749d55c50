import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '@/shared/ui/checkbox'
import { ChoiceRow } from '@/shared/ui/choice-row'
import { ErrorState } from '@/shared/ui/error-state'
import { Input } from '@/shared/ui/input'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { typesOptions } from './api'
import { ALL_TYPES, groupTypes, isAll, toggled } from './model'

type PickerProps = { value: readonly string[]; onValue: (types: string[]) => void; problem?: string }
/** Which events are sent: all, also those of later versions, or some of a list that can be searched. */
export function TypePicker({ value, onValue, problem }: PickerProps) {
  const { t } = useTranslation('webhooks')
  const all = isAll(value)
  const [some, setSome] = useState<string[]>(all ? [] : [...value])
  const choose = (next: string[]) => {
    setSome(next)
    onValue(next)
  }
  return (
    <div className="flex flex-col gap-2">
      <span className="text-sm font-medium" aria-hidden>
        {t('types')}
      </span>
      <Segmented
        label={t('types')}
        value={all ? 'all' : 'some'}
        onValueChange={(v) => onValue(v === 'all' ? [ALL_TYPES] : some)}
        options={[
          { value: 'all', label: t('allEvents') },
          { value: 'some', label: t('someEvents') },
        ]}
      />
      {all ? <p className="text-xs text-subtle">{t('allHint')}</p> : <TypeList value={value} onValue={choose} />}
      <div role="alert" className="text-xs text-danger">
        {problem}
      </div>
    </div>
  )
}

function TypeList({ value, onValue }: { value: readonly string[]; onValue: (types: string[]) => void }) {
  const { t, i18n } = useTranslation('webhooks')
  const { t: tc } = useTranslation()
  const q = useQuery(typesOptions())
  const [search, setSearch] = useState('')
  const groups = groupTypes(q.data ?? [], search)
  const name = (id: string) => (i18n.exists(`webhooks:group.${id}`) ? t(`group.${id}` as 'group.deal') : id)
  if (q.error) return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
  return (
    <div className="rounded-lg border border-line">
      <div className="relative border-b border-line p-2">
        <Search
          size={14}
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-4 -translate-y-1/2 text-subtle"
        />
        <Input
          size="sm"
          type="search"
          aria-label={t('findType')}
          placeholder={t('findType')}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
          className="pl-8!"
        />
      </div>
      <section
        aria-label={t('types')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls from the keyboard
        tabIndex={0}
        className="relative max-h-72 overflow-y-auto p-2 outline-offset-[-2px]"
      >
        {q.isPending ? (
          <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3.5 p-1">
            {['w-28', 'w-40', 'w-32', 'w-44'].map((w) => (
              <Skeleton key={w} className={`h-3.5 ${w}`} />
            ))}
          </div>
        ) : groups.length === 0 ? (
          <p className="px-2 py-4 text-center text-sm text-subtle">{tc('ui.noMatches')}</p>
        ) : (
          groups.map((g) => {
            const chosen = g.types.filter((x) => value.includes(x)).length
            return (
              <fieldset key={g.id} className="mb-2">
                <legend className="sr-only">{name(g.id)}</legend>
                <ChoiceRow
                  label={<span className="font-semibold">{name(g.id)}</span>}
                  className="rounded-md px-2 py-1.5 hover:bg-hover"
                >
                  {(control) => (
                    <Checkbox
                      {...control}
                      checked={chosen === g.types.length}
                      indeterminate={chosen > 0 && chosen < g.types.length}
                      onCheckedChange={(on) => onValue(toggled(value, g.types, on))}
                    />
                  )}
                </ChoiceRow>
                {g.types.map((type) => (
                  <ChoiceRow
                    key={type}
                    label={<span className="font-mono text-xs break-all">{type}</span>}
                    className="rounded-md py-1 pr-2 pl-8 hover:bg-hover any-pointer-coarse:min-h-9"
                  >
                    {(control) => (
                      <Checkbox
                        {...control}
                        checked={value.includes(type)}
                        onCheckedChange={(on) => onValue(toggled(value, [type], on))}
                      />
                    )}
                  </ChoiceRow>
                ))}
              </fieldset>
            )
          })
        )}
      </section>
      <p aria-live="polite" className="border-t border-line px-3 py-1.5 text-xs text-subtle">
        {t('chosen', { count: value.length })}
      </p>
    </div>
  )
}
