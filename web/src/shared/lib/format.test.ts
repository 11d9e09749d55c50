import { expect, it } from 'vitest'
import { ago, bytes, dateTime } from './format'

const NOW = Date.parse('2026-11-21T12:00:00Z')
it('speaks of the past in the language of the UI', () => {
  expect(ago('2026-11-21T11:00:00Z', NOW, 'en')).toBe('1 hr. ago')
  expect(ago('2025-10-21T12:00:00Z', NOW, 'ru')).toBe('1 г. назад')
  expect(ago('2026-11-21T11:59:40Z', NOW, 'en')).toBe('now')
  expect(ago('2026-11-21T11:59:40Z', NOW, 'ru')).toBe('сейчас')
  // What is to come, too.
  expect(ago('2026-11-23T12:00:00Z', NOW, 'en')).toBe('in 2 days')
  expect(ago('2026-11-21T15:00:00Z', NOW, 'ru')).toBe('через 3 ч')
})
it('shows an instant in the time zone of the person', () => {
  expect(dateTime('2026-11-21T23:30:00Z', 'ru', 'Europe/Moscow')).toContain('22 нояб. 2026')
})
it('counts bytes in thousands', () => expect(bytes(1_540_000, 'en')).toBe('1.5 MB'))
