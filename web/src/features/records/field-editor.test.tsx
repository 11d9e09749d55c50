import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { sessionOptions } from '@/shared/session/session-query'
import { UiProvider } from '@/shared/ui/ui-provider'
import { Cell } from './cells'
import FieldEditor from './field-editor'
import { type Field, fieldOf } from './fields'
import { contact, tools } from './testing'

vi.mock('./api', async (original) => ({
  ...(await original<object>()),
  loadMembers: () => Promise.resolve([{ value: 'u2', label: 'Vera Lebedeva' }]),
  loadCompanies: () => Promise.resolve([{ value: 'k2', label: 'Kestrel' }]),
  loadTagNames: () => Promise.resolve(['partner']),
}))

const field = (id: string) => fieldOf(id === 'size' ? 'company' : 'contact', id) as Field
function setup(id: string, refused?: { message: string; value: unknown }) {
  const onChange = vi.fn()
  const onClose = vi.fn()
  const qc = new QueryClient()
  qc.setQueryData(sessionOptions().queryKey, { user: { id: 'u1', name: 'Alex Morgan' } } as never)
  render(
    <QueryClientProvider client={qc}>
      <UiProvider>
        <FieldEditor
          cell
          field={field(id)}
          record={contact()}
          anchor={document.body}
          refused={refused}
          onChange={onChange}
          onClose={onClose}
        />
      </UiProvider>
    </QueryClientProvider>,
  )
  return { onChange, onClose, u: userEvent.setup() }
}

it('text: Enter saves, Tab saves and goes on, Escape does neither', async () => {
  const { onChange, onClose, u } = setup('jobTitle')
  expect(screen.getByRole('textbox', { name: 'Job title' })).toHaveFocus()
  await u.keyboard('CTO{Enter}')
  expect(onChange).toHaveBeenCalledWith({ field: 'jobTitle', body: { jobTitle: 'CTO' }, show: { jobTitle: 'CTO' } })
  expect(onClose).toHaveBeenCalledWith(undefined)
})
it('text: Tab names the direction', async () => {
  const { onChange, onClose, u } = setup('jobTitle')
  await u.keyboard('{Shift>}{Tab}{/Shift}')
  expect(onChange).not.toHaveBeenCalled()
  expect(onClose).toHaveBeenCalledWith(-1)
})
it('text: Escape leaves everything as it was', async () => {
  const { onChange, onClose, u } = setup('jobTitle')
  await u.keyboard('CTO{Escape}')
  expect([onChange.mock.calls.length, onClose.mock.calls.length]).toEqual([0, 1])
})
it('a name must not be empty; the cell says why', async () => {
  const { onChange, onClose, u } = setup('name')
  await u.clear(screen.getByRole('textbox'))
  await u.keyboard('{Enter}')
  expect(screen.getByRole('alert')).toHaveTextContent('A name is needed')
  expect([onChange.mock.calls.length, onClose.mock.calls.length]).toEqual([0, 0])
})
it('a refused value stands there again with the server’s reason', () => {
  setup('jobTitle', { message: 'Not this one', value: 'bad' })
  expect(screen.getByRole('textbox')).toHaveValue('bad')
  expect(screen.getByRole('alert')).toHaveTextContent('Not this one')
})
it('owner: picked from a list', async () => {
  const { onChange, u } = setup('ownerId')
  await u.click(await screen.findByRole('option', { name: /Vera Lebedeva/ }))
  expect(onChange).toHaveBeenCalledWith({
    field: 'ownerId',
    body: { ownerId: 'u2' },
    show: { ownerId: 'u2', ownerName: 'Vera Lebedeva' },
  })
})
it('company: a new one is made by its name', async () => {
  const { onChange, onClose, u } = setup('companyId')
  await u.type(screen.getByRole('combobox'), 'New Ltd')
  await u.click(await screen.findByRole('option', { name: 'Add “New Ltd”' }))
  expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ body: { companyName: 'New Ltd' } }))
  expect(onClose).toHaveBeenCalled()
})
it('time zone: found by its city, and cleared', async () => {
  const { onChange, onClose, u } = setup('timeZone')
  // Hundreds of zones take jsdom seconds; by their roles, ten.
  await u.click(screen.getByPlaceholderText('Time zone'))
  await u.paste('berl')
  await u.click(await screen.findByText('Berlin'))
  expect(onChange).toHaveBeenCalledWith({
    field: 'timeZone',
    body: { timeZone: 'Europe/Berlin' },
    show: { timeZone: 'Europe/Berlin' },
  })
  expect(onClose).toHaveBeenCalled()
}, 15_000)
it('e-mails: as values; a wrong one is refused before it is sent', async () => {
  const { onChange, u } = setup('emails')
  await u.type(screen.getByRole('combobox', { name: 'E-mail' }), 'nope{Enter}')
  expect(screen.getByRole('alert')).toHaveTextContent('This is not an e-mail address')
  await u.clear(screen.getByRole('combobox', { name: 'E-mail' }))
  await u.type(screen.getByRole('combobox', { name: 'E-mail' }), 'B@X.co{Enter}{Enter}')
  expect(onChange).toHaveBeenCalledWith(expect.objectContaining({ body: { emails: ['anna@example.com', 'b@x.co'] } }))
})

it.each([
  ['phones', '+7 912 555-00-11'],
  ['companyId', 'Acme'],
  ['telegramUsername', '@anna_bd'],
  ['leadScore', '40'],
  ['tags', 'VIP'],
])('the cell of %s shows %s', (id, text) => {
  render(<Cell kind="contact" field={field(id)} record={contact()} tools={tools()} />)
  expect(screen.getByText(text)).toBeVisible()
})
it('a time zone is shown by its place', () => {
  const record = contact({ timeZone: 'America/New_York' })
  render(<Cell kind="contact" field={field('timeZone')} record={record} tools={tools()} />)
  expect(screen.getByText('New York')).toHaveAttribute('title', 'America/New_York')
})
it('several values: the first, and how many more', () => {
  render(
    <Cell
      kind="contact"
      field={field('emails')}
      record={contact({ emails: ['a@b.co', 'c@d.co', 'e@f.co'] })}
      tools={tools()}
    />,
  )
  expect(screen.getByText('a@b.co')).toBeVisible()
  expect(screen.getByText('+2')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Open a@b.co' })).toHaveAttribute('href', 'mailto:a@b.co')
})
it('a stored script never becomes a link', () => {
  render(
    <Cell
      kind="contact"
      field={field('website')}
      record={contact({ website: 'javascript:alert(1)' })}
      tools={tools()}
    />,
  )
  expect(screen.queryByRole('link')).toBeNull()
})
