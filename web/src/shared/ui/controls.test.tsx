import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { Combobox } from './combobox'
import { confirm } from './confirm'
import { ErrorState } from './error-state'
import { Field } from './field'
import { PasswordInput } from './input'
import { Segmented } from './segmented'
import { type Option, Select } from './select'
import { toast } from './toast'
import { UiProvider } from './ui-provider'
import { ValuesInput } from './values-input'

function Values(props: { validate?: (s: string) => string | null; load?: () => Promise<string[]> }) {
  const [value, setValue] = useState<string[]>(['VIP'])
  return (
    <Field label="Tags" error={null}>
      <ValuesInput value={value} onValueChange={setValue} {...props} />
    </Field>
  )
}

it('values: Enter, comma and paste add, Backspace takes the last one back, repeats are dropped', async () => {
  render(<Values />)
  const input = screen.getByRole('combobox', { name: 'Tags' })
  await userEvent.type(input, 'one{Enter}two,vip{Enter}')
  await userEvent.paste('three; four')
  for (const v of ['VIP', 'one', 'two', 'three', 'four'])
    expect(screen.getByRole('button', { name: `Remove ${v}` })).toBeVisible()
  expect(screen.getAllByRole('button')).toHaveLength(5)
  await userEvent.type(input, '{Backspace}')
  expect(screen.queryByRole('button', { name: 'Remove four' })).toBeNull()
})
it('values: a refused text stays in the field with its reason', async () => {
  render(<Values validate={() => 'Not an address'} />)
  const input = screen.getByRole('combobox', { name: 'Tags' })
  await userEvent.type(input, 'oops{Enter}')
  expect(input).toHaveValue('oops')
  expect(screen.getByRole('alert')).toHaveTextContent('Not an address')
})
it('values: offers what exists', async () => {
  render(<Values load={() => Promise.resolve(['partner'])} />)
  await userEvent.type(screen.getByRole('combobox', { name: 'Tags' }), 'par')
  await userEvent.click(await screen.findByRole('option', { name: 'partner' }))
  expect(screen.getByRole('button', { name: 'Remove partner' })).toBeVisible()
})
it('combobox: searches on the server and picks from the keyboard', async () => {
  const load = vi.fn((q: string) => Promise.resolve<Option[]>([{ value: '1', label: `Acme ${q}` }]))
  const pick = vi.fn()
  render(
    <Field label="Company">
      <Combobox value={null} onValueChange={pick} load={load} />
    </Field>,
  )
  await userEvent.type(screen.getByRole('combobox', { name: 'Company' }), 'ac')
  await screen.findByRole('option', { name: 'Acme ac' })
  await userEvent.keyboard('{ArrowDown}{Enter}')
  expect(pick).toHaveBeenCalledWith({ value: '1', label: 'Acme ac' })
})
it('combobox: offers to create what is not there', async () => {
  const create = vi.fn()
  render(<Combobox aria-label="Company" value={null} onValueChange={() => {}} options={[]} onCreate={create} />)
  await userEvent.type(screen.getByRole('combobox', { name: 'Company' }), 'New Co')
  await userEvent.click(await screen.findByRole('option', { name: 'Add “New Co”' }))
  expect(create).toHaveBeenCalledWith('New Co')
})
it('select: named by its field, opens from the keyboard', async () => {
  const pick = vi.fn()
  const options = [
    { value: 'en', label: 'English' },
    { value: 'ru', label: 'Русский' },
  ] as const
  render(
    <Field label="Language" hint="Of the app">
      <Select options={options} value="en" onValueChange={pick} />
    </Field>,
  )
  const trigger = screen.getByRole('combobox', { name: 'Language' })
  expect(trigger).toHaveAccessibleDescription('Of the app')
  trigger.focus()
  await userEvent.keyboard('{ArrowDown}')
  await userEvent.click(await screen.findByRole('option', { name: 'Русский' }))
  await waitFor(() => expect(pick).toHaveBeenCalledWith('ru'))
})
it('password: can be shown', async () => {
  render(
    <Field label="Password">
      <PasswordInput />
    </Field>,
  )
  await userEvent.click(screen.getByRole('button', { name: 'Show password' }))
  expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'text')
})
it('segmented: a radio group with a name', async () => {
  const pick = vi.fn()
  const options = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ] as const
  render(<Segmented label="Size" value="a" onValueChange={pick} options={options} />)
  expect(screen.getByRole('group', { name: 'Size' })).toBeVisible()
  await userEvent.click(screen.getByRole('radio', { name: 'B' }))
  expect(pick).toHaveBeenCalledWith('b')
})
it('error state: says the request id and counts down after a 429', () => {
  const { rerender } = render(
    <ErrorState error={new ApiError(500, { error: 'Broken', requestId: 'r-42' })} onRetry={() => {}} />,
  )
  expect(screen.getByText('Request r-42')).toBeVisible()
  rerender(<ErrorState error={new ApiError(429, { retryAfterSeconds: 5 })} onRetry={() => {}} />)
  expect(screen.getByText(/Try again in 5 seconds/)).toBeVisible()
  expect(screen.getByRole('button', { name: 'Try again' })).toHaveAttribute('disabled')
})
it('a toast offers Undo; a confirmation with a typed word waits for it', async () => {
  const undo = vi.fn()
  render(<UiProvider>{null}</UiProvider>)
  toast.undo('Contact deleted', undo)
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }, { timeout: 5000 }))
  expect(undo).toHaveBeenCalled()

  const answer = confirm({ title: 'Delete Acme for good?', action: 'Delete for good', danger: true, typed: 'Acme' })
  const go = await screen.findByRole('button', { name: 'Delete for good' }, { timeout: 5000 })
  expect(go).toHaveAttribute('disabled')
  await userEvent.type(screen.getByLabelText('Type “Acme” to confirm'), 'Acme')
  await userEvent.click(go)
  expect(await answer).toBe(true)
}, 15_000)
