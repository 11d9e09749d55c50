import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Named } from '@/api/gen/types.gen'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Combobox } from '@/shared/ui/combobox'
import { Input, type InputProps } from '@/shared/ui/input'
import type { Option } from '@/shared/ui/select'
import { ValuesInput } from '@/shared/ui/values-input'
import { loadCompanies, loadContacts, loadMembers, loadTags } from './api'
import { parseMoney, toMajor } from './money'

type Money = { minor: number | null; valid: boolean }
type MoneyInputProps = Omit<InputProps, 'value' | 'onChange'> & {
  minor: number | null
  currency: string
  onMoney: (m: Money) => void
}
/** Takes `12 500`, `12.5k`, `1,2 м`; keeps what was typed, tells minor units. */
export function MoneyInput({ minor, currency, onMoney, ...p }: MoneyInputProps) {
  const [text, setText] = useState(minor === null ? '' : String(toMajor(minor, currency)))
  return (
    <Input
      {...p}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(e) => {
        setText(e.target.value)
        const blank = e.target.value.trim() === ''
        const parsed = blank ? null : parseMoney(e.target.value, currency)
        onMoney({ minor: parsed, valid: blank || parsed !== null })
      }}
      end={<span className="pr-2 text-xs text-subtle">{currency}</span>}
    />
  )
}

type PickerProps = { value: Named | null; onValue: (v: Named | null) => void; placeholder?: string }
const named = (o: Option | null): Named | null => o && { id: o.value, name: o.label }
const option = (v: Named | null): Option | null => v && { value: v.id, label: v.name }

export function CompanyPicker({ value, onValue }: PickerProps) {
  const { t } = useTranslation('pipeline')
  const logo = (o: Option) => ({ ...o, icon: <CompanyLogo name={o.label} size={16} /> })
  return (
    <Combobox
      value={option(value)}
      onValueChange={(o) => onValue(named(o))}
      load={(q, s) => loadCompanies(q, s).then((all) => all.map(logo))}
      placeholder={t('hint.company')}
    />
  )
}
export function ContactPicker({ value, onValue }: PickerProps) {
  const { t } = useTranslation('pipeline')
  return (
    <Combobox
      value={option(value)}
      onValueChange={(o) => onValue(named(o))}
      load={(q, s) => loadContacts(q, s).then((all) => all.map(face))}
      placeholder={t('hint.contact')}
    />
  )
}
export function OwnerPicker({ value, onValue }: PickerProps) {
  const { t } = useTranslation('pipeline')
  return (
    <Combobox
      value={option(value)}
      onValueChange={(o) => onValue(named(o))}
      load={(q, s) => loadMembers(q, s).then((all) => all.map(face))}
      placeholder={t('card.noOwner')}
    />
  )
}
const face = (o: Option) => ({ ...o, icon: <Avatar name={o.label} size={18} /> })

export function TagsInput({ value, onValue }: { value: readonly string[]; onValue: (tags: string[]) => void }) {
  return <ValuesInput value={value} onValueChange={onValue} load={(q, signal) => loadTags(q, signal)} max={50} />
}
