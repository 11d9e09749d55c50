import { act, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { initI18n } from '@/shared/i18n'
import { renderApp } from '@/test/app'
import { heardPresence, lineIsDown, lineIsUp, type Person } from './presence'
import { Present } from './present'
import { useLive } from './store'

const person = (id: string, name: string, editing = false): Person => ({
  id,
  name,
  editing,
  since: '2026-01-01T00:00:00Z',
})
const hear = (people: Person[]) => act(() => heardPresence({ room: 'deal:d1', people }))
const names = () => screen.queryAllByRole('img').map((x) => x.getAttribute('aria-label'))

beforeEach(async () => {
  await initI18n('shell')
  lineIsUp(vi.fn(async () => ({ ok: true, people: [] })))
  useLive.setState({ light: 'live' })
  await renderApp(<Present room="deal:d1" />)
})
afterEach(() => lineIsDown())

it('shows the others, not oneself', () => {
  hear([person('u1', 'Anna Petrova'), person('u2', 'Jonas Keller')])
  expect(names()).toEqual(['Jonas Keller'])
})
it('says who is editing', () => {
  hear([person('u2', 'Jonas Keller', true)])
  expect(names()).toEqual(['Jonas Keller is editing'])
})
it('three have a face each, more are counted and named', () => {
  const four = ['Jonas', 'Mina', 'Omar', 'Vera'].map((name, i) => person(`x${i}`, name))
  hear(four.slice(0, 3))
  expect(names()).toEqual(['Jonas', 'Mina', 'Omar'])
  hear(four)
  expect(names()).toEqual(['Jonas', 'Mina', 'Omar and Vera'])
  expect(screen.getByText('+2')).toBeInTheDocument()
})
it('takes the same room whoever is there', () => {
  const width = () => screen.getByTestId('present').style.width
  const alone = width()
  hear([person('u2', 'Jonas Keller')])
  expect(width()).toBe(alone)
})
it('claims nothing while the line is away', () => {
  hear([person('u2', 'Jonas Keller')])
  act(() => useLive.setState({ light: 'offline' }))
  expect(names()).toEqual([])
})
