import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Popover } from '@/shared/ui/popover'
import { Select } from '@/shared/ui/select'
import type { Tools } from './cells'
import { fieldOf, type Kind, titleById, titleOf } from './fields'
import { type Condition, isComplete, isDated, OPS, shapeOf, withOp } from './filter'
import { FilterValue, isPicked, PickedList } from './filter-value'
import { iconOf } from './kinds'

type EditorProps = {
  kind: Kind
  condition: Condition
  tools: Tools
  onApply: (c: Condition) => void
  onClose: () => void
}
/** One condition: operator and value. Leaving it keeps what is complete, Escape drops the change. */
export default function ConditionPopover({ anchor, ...p }: EditorProps & { anchor: Element | null }) {
  const { t } = useTranslation('records')
  const leave = useRef<() => void>(() => {})
  return (
    <Popover
      open
      bare
      label={titleById(p.kind, p.condition.field, t)}
      anchor={anchor}
      finalFocus={false}
      className="w-80"
      onOpenChange={(o) => !o && leave.current()}
    >
      <ConditionEditor {...p} leave={leave} />
    </Popover>
  )
}

export function ConditionEditor({
  kind,
  condition,
  onApply,
  onClose,
  leave,
}: EditorProps & { leave: { current: () => void } }) {
  const { t } = useTranslation('records')
  const [draft, setDraft] = useState(condition)
  const escaped = useRef(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('[data-value] :is(input, button)')?.focus(), [])
  const field = fieldOf(kind, condition.field)
  const complete = isComplete(kind, draft)
  const apply = () => {
    if (complete && draft !== condition) onApply(draft)
    onClose()
  }
  leave.current = () => (escaped.current ? onClose() : apply())
  if (!field?.filter) return null
  const type = field.filter
  const Icon = iconOf(field)
  const listed = shapeOf(type, draft.op) === 'many' && isPicked(field)
  const onValue = (value: unknown) => setDraft((d) => ({ ...d, value }))
  const opLabel = (op: Condition['op']) =>
    isDated(type) && (op === 'gte' || op === 'lt') ? t(`filter.dateOp.${op}`) : t(`filter.op.${op}`)
  return (
    <form
      ref={form}
      onSubmit={(e) => {
        e.preventDefault()
        e.stopPropagation()
        if (complete) apply()
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') escaped.current = true
      }}
    >
      <div className="flex flex-col gap-2 p-3 pb-2">
        <div className="flex items-center gap-2">
          <span className="flex min-w-0 items-center gap-1.5 text-sm font-medium">
            <Icon size={14} className="shrink-0 text-subtle" aria-hidden />
            <span className="truncate">{titleOf(field, t)}</span>
          </span>
          <span className="ml-auto w-40 shrink-0">
            {OPS[type].length > 1 && (
              <Select
                size="sm"
                aria-label={t('filter.operator')}
                value={draft.op}
                onValueChange={(op) => setDraft((d) => withOp(d, type, op))}
                options={OPS[type].map((op) => ({ value: op, label: opLabel(op) }))}
              />
            )}
          </span>
        </div>
        {!listed && (
          <div data-value>
            <FilterValue kind={kind} field={field} condition={draft} onValue={onValue} />
          </div>
        )}
      </div>
      {listed && (
        <div data-value className="border-y border-line">
          <PickedList kind={kind} field={field} condition={draft} onValue={onValue} />
        </div>
      )}
      <div className="flex justify-end gap-2 p-3 pt-2">
        <Button
          onClick={() => {
            escaped.current = true
            onClose()
          }}
        >
          {t('filter.cancel')}
        </Button>
        <Button type="submit" variant="primary" disabled={!complete}>
          {t('filter.apply')}
        </Button>
      </div>
    </form>
  )
}
