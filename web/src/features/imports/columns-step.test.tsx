import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { UiProvider } from '@/shared/ui/ui-provider'
import { ColumnsStep } from './columns-step'
import { anImport, column, preview } from './fixtures'

let serial = 0
/** Choices are kept by import, so each test has one of its own. */
const fresh = () =>
  anImport({
    id: String(++serial),
    preview: preview({
      columns: [
        column(0, 'Имя', { guess: 'name', confidence: 0.9, samples: ['Анна', 'Вера'] }),
        column(1, 'Роль', { guess: 'jobTitle', confidence: 0.6, samples: ['CEO'] }),
        column(2, 'Факс', { samples: [] }),
      ],
      rows: [
        ['Имя', 'Роль', 'Факс'],
        ['Анна', 'CEO', ''],
      ],
    }),
  })
const show = () => {
  const onNext = vi.fn()
  render(
    <UiProvider>
      <ColumnsStep im={fresh()} onBack={() => {}} onNext={onNext} />
    </UiProvider>,
  )
  return onNext
}
const pick = async (name: string, field: string) => {
  await userEvent.click(screen.getByRole('combobox', { name: `“${name}” becomes` }))
  await userEvent.click(await screen.findByRole('option', { name: field }))
}

it('shows guesses with how sure they are, examples, and keeps empty columns away', async () => {
  show()
  const rows = screen.getAllByTestId('import-column')
  expect(rows).toHaveLength(2)
  expect(within(rows[0]!).getByText('Suggested')).toBeVisible()
  expect(within(rows[1]!).getByText('Suggested, please check')).toBeVisible()
  expect(within(rows[0]!).getByText('Вера')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Show 1 empty column' }))
  expect(screen.getAllByTestId('import-column')).toHaveLength(3)
})

it('stops at a conflict, leads to it, and goes on when it is mended', async () => {
  const onNext = show()
  await pick('Роль', 'Full name')
  expect(screen.getByText('Full name takes one column, and “Имя” goes there too')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Next: Duplicates' }))
  expect(onNext).not.toHaveBeenCalled()
  expect(screen.getByRole('combobox', { name: '“Имя” becomes' })).toHaveFocus()
  await pick('Роль', 'Do not import')
  await userEvent.click(screen.getByRole('button', { name: 'Next: Duplicates' }))
  expect(onNext).toHaveBeenCalledOnce()
})

it('wants something to call a record by, and shows the record as it will be', async () => {
  const onNext = show()
  const card = screen.getByRole('region', { name: 'How it will look' })
  expect(card).toHaveTextContent('Анна')
  expect(card).toHaveTextContent('CEO')
  await pick('Имя', 'Custom field…')
  expect(screen.getByRole('textbox', { name: /custom field for “Имя”/ })).toHaveValue('Имя')
  expect(card).toHaveTextContent('Without a name')
  await userEvent.click(screen.getByRole('button', { name: 'Next: Duplicates' }))
  expect(screen.getByRole('alert')).toHaveTextContent('A contact needs something to be called by')
  expect(onNext).not.toHaveBeenCalled()
})
