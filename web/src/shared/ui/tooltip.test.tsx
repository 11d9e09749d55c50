import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { IconButton } from './icon-button'
import { TooltipHost } from './tooltip-host'

const page = () =>
  render(
    <>
      <IconButton label="Filter" keys="F">
        <i />
      </IconButton>
      <IconButton label="Columns">
        <i />
      </IconButton>
      <p>Beside</p>
      <TooltipHost />
    </>,
  )

it('a tip comes with the hover, changes with the control and goes with the pointer', async () => {
  page()
  await userEvent.hover(screen.getByRole('button', { name: 'Filter' }))
  expect(await screen.findByText('Filter', {}, { timeout: 5000 })).toBeVisible()
  expect(screen.getByText('F')).toBeVisible()
  await userEvent.hover(screen.getByRole('button', { name: 'Columns' }))
  expect(await screen.findByText('Columns')).toBeVisible()
  await userEvent.hover(screen.getByText('Columns'))
  await new Promise((done) => setTimeout(done, 200))
  expect(screen.getByText('Columns')).toBeVisible()
  await userEvent.hover(screen.getByText('Beside'))
  await waitFor(() => expect(screen.queryByText('Columns')).toBeNull())
})

it('keyboard focus shows it, Escape and a press close it', async () => {
  page()
  await userEvent.tab()
  expect(await screen.findByText('Filter')).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByText('Filter')).toBeNull())
  await userEvent.hover(screen.getByRole('button', { name: 'Columns' }))
  expect(await screen.findByText('Columns')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  await waitFor(() => expect(screen.queryByText('Columns')).toBeNull())
})
