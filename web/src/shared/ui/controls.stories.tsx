import type { Meta, StoryObj } from '@storybook/react-vite'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { Checkbox } from './checkbox'
import { ChoiceRow } from './choice-row'
import { Combobox } from './combobox'
import { Field } from './field'
import { Input, PasswordInput, Textarea } from './input'
import { Segmented } from './segmented'
import { type Option, Select } from './select'
import { Switch } from './switch'
import { ValuesInput } from './values-input'

const meta = { title: 'UI/Form controls' } satisfies Meta
export default meta
const sizes = ['1-10', '11-50', '51-100', '101-500', '500+'].map((v) => ({ value: v, label: v }))
const companies: Option[] = ['Acme', 'Northwind', 'Медвежий угол'].map((v) => ({
  value: v,
  label: v,
  hint: 'example.com',
}))

function All() {
  const [size, setSize] = useState<string | null>(null)
  const [company, setCompany] = useState<Option | null>(null)
  const [tags, setTags] = useState(['VIP', 'Партнёр'])
  const [density, setDensity] = useState<'a' | 'b'>('a')
  const find = (q: string) => Promise.resolve(companies.filter((c) => c.label.toLowerCase().includes(q.toLowerCase())))
  return (
    <div className="grid max-w-md gap-4">
      <Field label="Name" required hint="As it stands on the card">
        <Input icon={<Search size={14} />} />
      </Field>
      <Field label="Электронная почта для уведомлений" error="Введите адрес эл. почты">
        <Input type="email" defaultValue="anna@" />
      </Field>
      <Field label="Password" aside="8+">
        <PasswordInput autoComplete="new-password" />
      </Field>
      <Field label="Note" optional>
        <Textarea />
      </Field>
      <Field label="Size">
        <Select options={sizes} value={size} onValueChange={setSize} placeholder="—" />
      </Field>
      <Field label="Company">
        <Combobox
          value={company}
          onValueChange={setCompany}
          load={find}
          onCreate={(label) => setCompany({ value: label, label })}
        />
      </Field>
      <Field label="Tags">
        <ValuesInput value={tags} onValueChange={setTags} load={async () => ['VIP', 'partner']} />
      </Field>
      <Segmented
        label="Density"
        value={density}
        onValueChange={setDensity}
        options={[
          { value: 'a', label: 'Обычная' },
          { value: 'b', label: 'Плотная' },
        ]}
      />
      <ChoiceRow label="Do not contact" hint="Campaigns skip this person">
        {(c) => <Checkbox {...c} />}
      </ChoiceRow>
      <ChoiceRow label="E-mail me" end>
        {(c) => <Switch {...c} defaultChecked />}
      </ChoiceRow>
    </div>
  )
}
export const Everything: StoryObj = { render: () => <All /> }
