import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { findMembers } from '@/shared/fields/find'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Input } from '@/shared/ui/input'
import { Select } from '@/shared/ui/select'
import type { AuditLine } from './api'
import { type AuditSearch, actionsOf, isFiltered, PERIODS } from './model'
import { useAuditNames } from './names'

type FiltersProps = {
  search: AuditSearch
  lines: readonly AuditLine[]
  /** Whether there are lines of others at all. */
  all: boolean
  onSet: (change: Partial<AuditSearch>) => void
  onClear: () => void
}
export default function Filters({ search, lines, all, onSet, onClear }: FiltersProps) {
  const { t } = useTranslation('audit')
  const names = useAuditNames()
  const { period = 'ever', actor, who, action, subject } = search
  const known = actionsOf(lines, action).map((value) => ({ value, label: names.action(value), hint: value }))
  return (
    <search className="flex flex-wrap items-center gap-2 px-4 pb-3 md:px-5">
      <div className="w-40 max-sm:w-full">
        <Select
          aria-label={t('filter.period')}
          value={period}
          onValueChange={(to) =>
            onSet({
              period: to === 'ever' ? undefined : to,
              ...(to === 'dates' ? {} : { from: undefined, to: undefined }),
            })
          }
          options={PERIODS.map((value) => ({ value, label: t(`filter.${value}`) }))}
        />
      </div>
      {period === 'dates' &&
        (['from', 'to'] as const).map((end) => (
          <div key={end} className="w-40">
            <Input
              type="date"
              aria-label={t(`filter.${end}`)}
              value={search[end] ?? ''}
              onChange={(e) => onSet({ [end]: e.target.value || undefined })}
            />
          </div>
        ))}
      {all && (
        <div className="w-44 max-sm:w-full">
          <Combobox
            aria-label={t('filter.actor')}
            placeholder={t('filter.anybody')}
            value={actor ? { value: actor, label: who ?? actor } : null}
            onValueChange={(o) => onSet({ actor: o?.value, who: o?.label })}
            load={findMembers}
          />
        </div>
      )}
      <div className="w-56 max-sm:w-full">
        <Combobox
          aria-label={t('filter.action')}
          placeholder={t('filter.anything')}
          value={action ? { value: action, label: names.action(action) } : null}
          onValueChange={(o) => onSet({ action: o?.value })}
          options={known}
          onCreate={(text) => onSet({ action: text })}
        />
      </div>
      {subject && (
        <Button size="md" onClick={() => onSet({ subject: undefined })}>
          <span className="truncate">{t('filter.subject', { subject: subject.slice(-8) })}</span>
          <X size={14} aria-hidden />
        </Button>
      )}
      {isFiltered(search) && (
        <Button size="md" variant="ghost" onClick={onClear}>
          {t('filter.clear')}
        </Button>
      )}
    </search>
  )
}
