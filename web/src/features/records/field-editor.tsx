import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CompanySize } from '@/api/gen/types.gen'
import { CustomPicker } from '@/shared/fields/pickers'
import { i18n } from '@/shared/i18n'
import { cn } from '@/shared/lib/cn'
import { useHold } from '@/shared/live/hold'
import { useSession } from '@/shared/session/session'
import { loadZones, zoneOption } from '@/shared/time-zones/zones'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { Textarea } from '@/shared/ui/input'
import { Kbd } from '@/shared/ui/kbd'
import { PickList } from '@/shared/ui/pick-list'
import { Popover } from '@/shared/ui/popover'
import type { Option } from '@/shared/ui/select'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadCompanies, loadMembers, loadTagNames } from './api'
import {
  companyChange,
  customChange,
  inputText,
  newCompanyChange,
  ownerChange,
  type Parsed,
  parseText,
  parseValues,
  sizeChange,
  zoneChange,
} from './edit'
import { editorOf } from './editable'
import { type CrmRecord, type Field, read, SIZES, titleOf } from './fields'
import type { Change } from './save'
import { looksLikeEmail, looksLikePhone } from './show'

export type FieldEditorProps = {
  field: Field
  record: CrmRecord
  /** What popups attach to. */
  anchor: Element | null
  /** A value that was refused: the editor starts with it and says why. */
  refused?: { message: string; value: unknown }
  /** In a table the input lies over its cell. */
  cell?: boolean
  onChange: (change: Change) => void
  /** `step`: Tab was pressed, the neighbour is next. */
  onClose: (step?: 1 | -1) => void
}
/** The editor of any field: an input in place, or a popup beside it. Enter and leaving save, Escape does not. */
export default function FieldEditor(p: FieldEditorProps) {
  useHold('records')
  return editorOf(p.field) === 'input' ? <TextEditor {...p} /> : <PopupEditor {...p} />
}

function useProblem() {
  const { t } = useTranslation('records')
  return (p: Parsed, field: Field) =>
    'problem' in p
      ? t(`problem.${p.problem}`, { max: field.max ?? 0 })
      : 'custom' in p
        ? i18n.t(`fields:problem.${p.custom}`)
        : null
}

function TextEditor({ field, record, refused, cell, onChange, onClose }: FieldEditorProps) {
  const { t } = useTranslation('records')
  const problemOf = useProblem()
  const [text, setText] = useState(() => (refused ? String(refused.value ?? '') : inputText(field, record)))
  const [problem, setProblem] = useState<string | null>(refused?.message ?? null)
  const input = useRef<HTMLInputElement>(null)
  const over = useRef(false)
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const commit = (step?: 1 | -1) => {
    if (over.current) return
    const parsed = parseText(field, record, text)
    if (!('change' in parsed)) return setProblem(problemOf(parsed, field))
    over.current = true
    if (parsed.change) onChange(parsed.change)
    onClose(step)
  }
  const cancel = () => {
    over.current = true
    onClose()
  }
  const onKeyDown = (e: KeyboardEvent) => {
    e.stopPropagation()
    if (e.key === 'Escape') cancel()
    else if (e.key === 'Enter') commit()
    else if (e.key === 'Tab' && cell) commit(e.shiftKey ? -1 : 1)
    else return
    e.preventDefault()
  }
  return (
    <>
      <input
        ref={input}
        value={text}
        aria-label={titleOf(field, t)}
        aria-invalid={!!problem}
        type={field.custom?.kind === 'date' ? 'date' : 'text'}
        inputMode={inputModeOf(field)}
        onChange={(e) => {
          setText(e.target.value)
          setProblem(null)
        }}
        onBlur={() => (problem ? cancel() : commit())}
        onKeyDown={onKeyDown}
        className={cn(
          'bg-surface text-sm outline-2 outline-accent aria-invalid:outline-danger any-pointer-coarse:text-lg',
          cell
            ? 'absolute inset-0 z-10 h-full w-full px-3 -outline-offset-2'
            : 'h-7 w-full min-w-0 rounded-sm px-1.5 outline-offset-0',
        )}
      />
      {problem && <Bubble cell={cell}>{problem}</Bubble>}
    </>
  )
}
function inputModeOf({ type, custom }: Field) {
  if (type === 'score') return 'numeric'
  if (type === 'url' || custom?.kind === 'url') return 'url'
  if (custom?.kind === 'number' || custom?.kind === 'money') return 'decimal'
  return custom?.kind === 'phone' ? 'tel' : custom?.kind === 'email' ? 'email' : undefined
}
function Bubble({ cell, children }: { cell?: boolean; children: string }) {
  return (
    <p
      role="alert"
      className={cn(
        'text-xs text-danger',
        cell && 'absolute top-full left-0 z-20 mt-1 w-max max-w-72 rounded-md bg-raised px-2 py-1 shadow-pop',
        !cell && 'mt-1',
      )}
    >
      {children}
    </p>
  )
}

function PopupEditor(p: FieldEditorProps) {
  const { t } = useTranslation('records')
  const { field, anchor, onClose } = p
  const flush = useRef<() => boolean>(() => true)
  const long = field.type === 'area' || field.custom?.kind === 'longText'
  const picked = !!field.custom && !long
  const bare = picked || ['owner', 'company', 'size', 'zone'].includes(field.type)
  return (
    <Popover
      open
      bare={bare}
      label={titleOf(field, t)}
      anchor={anchor}
      sideOffset={2}
      finalFocus={false}
      onOpenChange={(open) => !open && flush.current() && onClose()}
      className={long ? 'w-90' : 'w-72'}
    >
      {field.type === 'owner' && <OwnerPicker {...p} />}
      {field.type === 'company' && <CompanyPicker {...p} />}
      {field.type === 'size' && <SizePicker {...p} />}
      {field.type === 'zone' && <ZonePicker {...p} />}
      {long && <AreaEditor {...p} flush={flush} />}
      {picked && <CustomEditor {...p} flush={flush} />}
      {['tags', 'emails', 'phones'].includes(field.type) && <ValuesEditor {...p} flush={flush} />}
    </Popover>
  )
}

const NONE = ''
function OwnerPicker({ record, onChange, onClose }: FieldEditorProps) {
  const { t } = useTranslation('records')
  const { user } = useSession()
  const value = record.ownerId ? [{ value: record.ownerId, label: record.ownerName ?? '' }] : []
  const pick = (o: Option) => {
    if (o.value !== (record.ownerId ?? NONE))
      onChange(ownerChange(o.value === NONE ? null : { ...o, label: o.hint ?? o.label }))
    onClose()
  }
  return (
    <PickList
      label={t('field.ownerId')}
      value={value}
      lead={[
        { value: NONE, label: t('noOwner') },
        { value: user.id, label: t('filter.me'), hint: user.name, icon: <Avatar name={user.name} size={18} /> },
      ]}
      load={(q, signal) =>
        loadMembers(q, signal).then((all) => withAvatars(all.filter((o) => o.value !== user.id || q)))
      }
      onPick={pick}
    />
  )
}
export const withAvatars = (all: Option[]) => all.map((o) => ({ ...o, icon: <Avatar name={o.label} size={18} /> }))
export const withLogos = (all: Option[]) => all.map((o) => ({ ...o, icon: <CompanyLogo name={o.label} size={16} /> }))

function CompanyPicker({ record, onChange, onClose }: FieldEditorProps) {
  const { t } = useTranslation('records')
  const done = (change: Change) => {
    onChange(change)
    onClose()
  }
  return (
    <PickList
      label={t('field.companyId')}
      value={record.companyId ? withLogos([{ value: record.companyId, label: record.companyName ?? '' }]) : []}
      lead={record.companyId ? [{ value: NONE, label: t('noCompany') }] : []}
      load={(q, signal) => loadCompanies(q, signal).then(withLogos)}
      onPick={(o) => (o.value === record.companyId ? onClose() : done(companyChange(o.value === NONE ? null : o)))}
      onCreate={(name) => done(newCompanyChange(name))}
    />
  )
}
function SizePicker({ field, record, onChange, onClose }: FieldEditorProps) {
  const { t } = useTranslation('records')
  const options: Option[] = SIZES.map((s) => ({ value: s, label: t(`size.${s}`) }))
  return (
    <PickList
      label={t('field.size')}
      value={options.filter((o) => o.value === record.size)}
      options={options}
      lead={record.size ? [{ value: NONE, label: t('notSet') }] : []}
      onPick={(o) => {
        const size = (o.value || null) as CompanySize | null
        if (size !== record.size) onChange(sizeChange(field, size))
        onClose()
      }}
    />
  )
}

function ZonePicker({ field, record, onChange, onClose }: FieldEditorProps) {
  const { t } = useTranslation('records')
  const now = record.timeZone ?? null
  return (
    <PickList
      label={t('field.timeZone')}
      value={now ? [zoneOption(now)] : []}
      load={loadZones}
      lead={now ? [{ value: NONE, label: t('notSet') }] : []}
      onPick={(o) => {
        const zone = o.value || null
        if (zone !== now) onChange(zoneChange(field, zone))
        onClose()
      }}
    />
  )
}

type Flushing = FieldEditorProps & { flush: { current: () => boolean } }
function ValuesEditor({ field, record, refused, onChange, onClose, flush }: Flushing) {
  const { t } = useTranslation('records')
  const start = (refused?.value ?? read(record, field.id)) as string[]
  const [values, setValues] = useState<string[]>(start)
  const [problem, setProblem] = useState(refused?.message ?? null)
  const box = useRef<HTMLFormElement>(null)
  const escaped = useRef(false)
  useEffect(() => box.current?.querySelector('input')?.focus(), [])
  const save = (all: string[]) => {
    const parsed = parseValues(field, record, all)
    if ('change' in parsed && parsed.change) onChange(parsed.change)
  }
  const latest = useRef(values)
  latest.current = values
  flush.current = () => {
    if (!escaped.current) save(latest.current)
    return true
  }
  const validate = { emails: looksLikeEmail, phones: looksLikePhone }[field.type as 'emails' | 'phones']
  return (
    <form
      ref={box}
      onSubmit={(e) => {
        e.preventDefault()
        save(latest.current)
        escaped.current = true
        onClose()
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') escaped.current = true
        const input = e.target as HTMLInputElement
        if (e.key === 'Enter' && !e.defaultPrevented && !input.value && input.tagName === 'INPUT')
          e.currentTarget.requestSubmit()
      }}
      className="flex flex-col gap-2"
    >
      <ValuesInput
        aria-label={titleOf(field, t)}
        value={values}
        onValueChange={(v) => {
          latest.current = v
          setValues(v)
          setProblem(null)
        }}
        load={field.type === 'tags' ? (q, signal) => loadTagNames(q, signal) : undefined}
        validate={validate && ((s) => (validate(s) ? null : t(`problem.${field.type as 'emails' | 'phones'}`)))}
        normalize={field.type === 'emails' ? (s) => s.toLowerCase() : undefined}
        max={field.type === 'tags' ? 50 : 20}
        placeholder={t(`hint.${field.type as 'tags' | 'emails' | 'phones'}`)}
        inputMode={field.type === 'phones' ? 'tel' : field.type === 'emails' ? 'email' : undefined}
      />
      {problem && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
      <Footer />
    </form>
  )
}

/** Several options are saved together, when the list is left. */
function CustomEditor({ field, record, onChange, onClose, flush }: Flushing) {
  const { custom } = field
  const [value, setValue] = useState<unknown>(() => read(record, field.id))
  if (!custom) return null
  const save = (v: unknown) => {
    const parsed = customChange(field, record, v)
    if ('change' in parsed && parsed.change) onChange(parsed.change)
  }
  const several = custom.kind === 'multiSelect'
  flush.current = () => {
    if (several) save(Array.isArray(value) && value.length > 0 ? value : null)
    return true
  }
  return <CustomPicker field={custom} value={value} onValue={several ? setValue : save} onDone={() => onClose()} />
}

function AreaEditor({ field, record, refused, onChange, onClose, flush }: Flushing) {
  const { t } = useTranslation('records')
  const problemOf = useProblem()
  const [text, setText] = useState(() => String(refused?.value ?? read(record, field.id) ?? ''))
  const [problem, setProblem] = useState(refused?.message ?? null)
  const area = useRef<HTMLTextAreaElement>(null)
  const escaped = useRef(false)
  useEffect(() => {
    area.current?.focus()
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length)
  }, [])
  const commit = () => {
    const parsed = parseText(field, record, text)
    if (!('change' in parsed)) {
      setProblem(problemOf(parsed, field))
      return false
    }
    if (parsed.change) onChange(parsed.change)
    escaped.current = true
    return true
  }
  flush.current = () => escaped.current || commit()
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (commit()) onClose()
      }}
      className="flex flex-col gap-2"
    >
      <Textarea
        ref={area}
        rows={6}
        value={text}
        aria-label={titleOf(field, t)}
        aria-invalid={!!problem}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') escaped.current = true
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) e.currentTarget.form?.requestSubmit()
        }}
      />
      {problem && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
      <Footer keys="Ctrl ↵" />
    </form>
  )
}
function Footer({ keys = '↵' }: { keys?: string }) {
  const { t } = useTranslation()
  return (
    <div className="flex justify-end">
      <Button type="submit" variant="primary">
        {t('action.save')}
        <Kbd className="border-white/30! text-white! any-pointer-coarse:hidden">{keys}</Kbd>
      </Button>
    </div>
  )
}
