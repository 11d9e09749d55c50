import { beforeAll, expect, it } from 'vitest'
import { setLocale } from '@/shared/i18n'
import { allZones, findZones, offsetMinutes, offsetNow, toOption, zoneOf } from './time-zones'

const winter = new Date('2026-01-15T12:00:00Z')
const ids = (q: string, l = 'en') => findZones(q, allZones(l)).map((z) => z.id)

beforeAll(async () => {
  await setLocale('ru') // both languages are there afterwards
  await setLocale('en')
})
it('reads offsets', () => {
  expect([offsetMinutes('GMT+5:30'), offsetMinutes('GMT-3'), offsetMinutes('GMT')]).toEqual([330, -180, 0])
  expect([offsetNow('Europe/Berlin', winter), offsetNow('UTC', winter)]).toEqual(['GMT+1', 'GMT'])
})
it('names a zone after its place', () => {
  expect(toOption(zoneOf('Europe/Berlin', 'en', winter))).toEqual({
    value: 'Europe/Berlin',
    label: 'Berlin',
    hint: 'Europe · GMT+1',
  })
  expect(toOption(zoneOf('Europe/Moscow', 'ru', winter))).toMatchObject({ label: 'Москва', hint: 'Европа · GMT+3' })
  expect(zoneOf('Asia/Calcutta', 'en', winter).city).toBe('Kolkata')
})
it('finds a zone by city in both languages, by id and by offset', () => {
  expect(ids('berl')[0]).toBe('Europe/Berlin')
  expect(ids('москва', 'ru')).toContain('Europe/Moscow')
  expect(ids('moscow', 'ru')).toContain('Europe/Moscow')
  expect(ids('new york')).toContain('America/New_York')
  expect(ids('utc+5:30')).toContain('Asia/Calcutta')
  expect(ids('nowhere')).toEqual([])
})
