import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LocalTime } from './local-time'

// An hour after the clocks went forward in Berlin, three before those in New York: they had done so weeks ago.
beforeEach(() => vi.useFakeTimers({ now: new Date('2026-03-29T02:00:00Z') }))
afterEach(() => vi.useRealTimers())

it('tells the time by the zone of the contact, and goes on', () => {
  render(<LocalTime zones={{ timeZone: 'Europe/Berlin', phoneTimeZone: 'Asia/Tokyo' }} />)
  const shown = screen.getByText('4:00 AM there')
  expect(shown).toHaveAttribute('title', 'Berlin, GMT+2')
  act(() => vi.advanceTimersByTime(60_000))
  expect(shown).toHaveTextContent('4:01 AM there')
})
it('goes by the phone where no zone is set, and says so', () => {
  render(<LocalTime zones={{ timeZone: null, phoneTimeZone: 'Asia/Tokyo' }} />)
  expect(screen.getByText('11:00 AM there')).toHaveAttribute('title', 'Tokyo, GMT+9: by the phone number')
})
it('shows nothing where nobody knows, or the browser does not', () => {
  const { container, rerender } = render(<LocalTime zones={{ timeZone: null }} />)
  expect(container).toBeEmptyDOMElement()
  rerender(<LocalTime zones={{ timeZone: 'Mars/Olympus' }} />)
  expect(container).toBeEmptyDOMElement()
})
