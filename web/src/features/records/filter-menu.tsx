import { SlidersHorizontal } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import { popupItemCls } from '@/shared/ui/popup'
import type { Tools } from './cells'
import { ConditionEditor } from './condition-popover'
import { fieldOf, fieldsOf, type Kind, titleOf } from './fields'
import { type Condition, newCondition } from './filter'
import type { Filter } from './filter-bar'
import { iconOf } from './kinds'

type MenuProps = {
  kind: Kind
  filter: Filter
  tools: Tools
  anchor: Element | null
  onClose: () => void
  onAdvanced: () => void
}
/** “Filter”: pick a field, then its operator and value, in one popup. */
export default function FilterMenu({ kind, filter, tools, anchor, onClose, onAdvanced }: MenuProps) {
  const { t } = useTranslation('records')
  const [condition, setCondition] = useState<Condition | null>(null)
  const leave = useRef<() => void>(onClose)
  const options = useMemo(
    () =>
      fieldsOf(kind)
        .filter((f) => f.filter)
        .map((f) => {
          const Icon = iconOf(f)
          return { value: f.id, label: titleOf(f, t), icon: <Icon size={14} aria-hidden /> }
        }),
    [kind, t],
  )
  return (
    <Popover
      open
      bare
      key={condition ? 'value' : 'field'}
      label={t('filter.title')}
      anchor={anchor}
      align="end"
      finalFocus={false}
      className={condition ? 'w-80' : 'w-64'}
      onOpenChange={(o) => !o && leave.current()}
    >
      {condition ? (
        <ConditionEditor
          kind={kind}
          condition={condition}
          tools={tools}
          leave={leave}
          onApply={filter.add}
          onClose={onClose}
        />
      ) : (
        <PickList
          label={t('filter.field')}
          value={[]}
          options={options}
          onPick={(o) => {
            const field = fieldOf(kind, o.value)
            if (field) setCondition({ ...newCondition(field) })
          }}
          footer={
            <div className="border-t border-line p-1">
              <button type="button" onClick={onAdvanced} className={`${popupItemCls} w-full hover:bg-hover`}>
                <SlidersHorizontal size={14} aria-hidden />
                {t('filter.advanced')}
              </button>
            </div>
          }
        />
      )}
    </Popover>
  )
}
