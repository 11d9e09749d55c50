import { beforeAll, expect, it } from 'vitest'
import { setLocale } from '@/shared/i18n'
import { cityOf } from './city'
import { allZones, findZones, loadZones, offsetMinutes, offsetNow, toOption, zoneOf } from './zones'

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
it('offers what is found, in the language of the app', async () => {
  await setLocale('ru')
  expect((await loadZones('москва'))[0]).toMatchObject({ value: 'Europe/Moscow', label: 'Москва' })
  expect(cityOf('Europe/Moscow')).toBe('Москва')
  await setLocale('en')
})
it('takes a zone that the browser does not know', () => {
  expect(toOption(zoneOf('Mars/Olympus_Mons', 'en', winter))).toEqual({
    value: 'Mars/Olympus_Mons',
    label: 'Olympus Mons',
    hint: 'Mars',
  })
})
