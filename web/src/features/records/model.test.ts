import { expect, it } from 'vitest'
import { ApiError } from '@/shared/api/errors'
import { dayOf, endOfDay, startOfDay } from '@/shared/lib/dates'
import { defaultLayout, moveColumn, readLayout, resizeColumn, showColumn, visibleColumns } from './columns'
import { companyChange, inputText, newCompanyChange, parseText, parseValues } from './edit'
import { toCsv } from './export'
import { type Field, fieldOf } from './fields'
import { toMarkdown } from './markdown'
import { duplicateQuestion, emptyDraft, namingValues, toInput } from './record-input'
import { countOf, everything, isSelected, nothing, range, toggle } from './selection'
import { linkedin, phone, phoneDigits, safeHref, telegramName, webAddress, website } from './show'
import { contact, tools } from './testing'

const field = (id: string, kind: 'contact' | 'company' = 'contact') => fieldOf(kind, id) as Field

// Columns
it('a stored layout is made to fit the columns of today', () => {
  const stored = {
    order: ['name', 'tags', 'gone', 'companyId'],
    hidden: ['tags', 'name', 'gone'],
    widths: { tags: 9999, gone: 5 },
  }
  const l = readLayout('contact', JSON.stringify(stored))
  expect(l.order[0]).toBe('name')
  expect(l.order.indexOf('tags')).toBeLessThan(l.order.indexOf('companyId'))
  expect(l.order).toHaveLength(defaultLayout('contact').order.length)
  expect([l.hidden.includes('tags'), l.hidden.includes('name'), l.widths.tags]).toEqual([true, false, 640])
  expect(readLayout('contact', 'not json')).toEqual(defaultLayout('contact'))
})
it('columns move, hide and resize; the name stays first and in sight', () => {
  let l = defaultLayout('company')
  l = moveColumn(l, 'size', 1)
  l = moveColumn(l, 'name', 5)
  l = showColumn(showColumn(l, 'website', false), 'name', false)
  l = resizeColumn(l, 'size', 10)
  expect(
    visibleColumns('company', l)
      .slice(0, 3)
      .map((c) => [c.id, c.width]),
  ).toEqual([
    ['name', 256],
    ['size', 72],
    ['industry', 150],
  ])
  expect(resizeColumn(l, 'size', null).widths).toEqual({})
})

// Selection
it('selects one, a range, all that match; taking one out of all leaves the loaded ones', () => {
  const loaded = ['a', 'b', 'c', 'd']
  const some = toggle(nothing, range(loaded, 2, 0), true, loaded)
  expect([...some.ids]).toEqual(['a', 'b', 'c'])
  expect([countOf(some, 999), countOf(everything, 999), isSelected(everything, 'zz')]).toEqual([3, 999, true])
  expect([...toggle(everything, ['b'], false, loaded).ids]).toEqual(['a', 'c', 'd'])
})

// Days
it('a day begins when it begins there, summer or winter', () => {
  expect(startOfDay('2026-07-01', 'Europe/Moscow')).toBe('2026-06-30T21:00:00.000Z')
  expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(endOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T21:59:59.999Z')
  expect(dayOf('2026-11-20T22:30:00Z', 'Europe/Moscow')).toBe('2026-11-21')
})

// Values, shown and typed
it('shows phones, sites and profiles the way people write them', () => {
  expect(['+79125550011', '+12025550100', '+442079460000', '+380441234567', 'x'].map(phone)).toEqual([
    '+7 912 555-00-11',
    '+1 202 555-0100',
    '+44 207 946 0000',
    '+380 441 234 567',
    'x',
  ])
  expect([website('https://www.acme.com/'), linkedin('https://www.linkedin.com/in/anna/')]).toEqual([
    'acme.com',
    'in/anna',
  ])
  expect([safeHref('https://a.b'), safeHref('javascript:alert(1)')]).toEqual(['https://a.b', undefined])
})
it('reads what people paste', () => {
  expect(['@anna', 't.me/anna?start=1', 'https://t.me/anna', 'anna'].map(telegramName)).toEqual(Array(4).fill('anna'))
  expect(['8 (912) 555-00-11', '7 912 555 00 11', '+7 912 555–00–11', '0044 20 7946'].map(phoneDigits)).toEqual([
    '+79125550011',
    '+79125550011',
    '+79125550011',
    '+44207946',
  ])
  expect([webAddress('acme.com'), webAddress('http://a.b'), webAddress(' ')]).toEqual([
    'https://acme.com',
    'http://a.b',
    '',
  ])
})
it('a text becomes a change, nothing, or a problem', () => {
  const r = contact()
  expect(parseText(field('jobTitle'), r, ' CEO ')).toEqual({ change: null })
  expect(parseText(field('jobTitle'), r, '')).toMatchObject({ change: { body: { jobTitle: null } } })
  expect(parseText(field('name'), r, ' ')).toEqual({ problem: 'required' })
  expect(parseText(field('leadScore'), r, '101')).toEqual({ problem: 'score' })
  expect(parseText(field('leadScore'), r, '7,5')).toEqual({ problem: 'number' })
  expect(parseText(field('leadScore'), r, '70')).toMatchObject({ change: { show: { leadScore: 70 } } })
  expect(parseText(field('telegramUsername'), r, 'a b')).toEqual({ problem: 'telegram' })
  expect(parseText(field('telegramUsername'), r, inputText(field('telegramUsername'), r))).toEqual({ change: null })
  expect(parseText(field('source'), r, 'x'.repeat(101))).toEqual({ problem: 'tooLong' })
  expect(parseText(field('website'), r, 'acme.com')).toMatchObject({
    change: { body: { website: 'https://acme.com' } },
  })
  expect(parseValues(field('phones'), r, ['8 912 555-00-11'])).toEqual({ change: null })
})
it('a company is named on screen before it exists', () => {
  expect(newCompanyChange('New Ltd')).toMatchObject({
    body: { companyName: 'New Ltd' },
    show: { companyName: 'New Ltd' },
  })
  expect(companyChange(null)).toMatchObject({ body: { companyId: null }, show: { companyId: null, companyName: null } })
})

// The form
it('a request leaves out what is empty and what the other kind has', () => {
  const draft = {
    ...emptyDraft,
    name: ' Anna ',
    telegramUsername: '@anna_bd',
    industry: 'x',
    phones: ['8 912 555-00-11'],
    timeZone: 'Europe/Berlin',
    leadScore: 0,
  }
  expect(toInput('contact', draft)).toEqual({
    name: 'Anna',
    timeZone: 'Europe/Berlin',
    telegramUsername: 'anna_bd',
    phones: ['+79125550011'],
    leadScore: 0,
  })
  expect(toInput('company', { ...draft, jobTitle: 'x' })).toEqual({
    name: 'Anna',
    phones: ['+79125550011'],
    industry: 'x',
  })
})
it('looks for duplicates once there is something to compare', () => {
  expect(duplicateQuestion('contact', { ...emptyDraft, name: 'An' })).toBeNull()
  expect(duplicateQuestion('contact', { ...emptyDraft, name: 'Anna', emails: ['a@b.co'] })).toEqual({
    name: 'Anna',
    emails: ['a@b.co'],
  })
})
it('names the value an error of a list is about', () => {
  const e = new ApiError(422, { details: [{ field: 'emails[1]', code: 'x', message: 'Not an address' }] })
  namingValues(e, { name: 'x', emails: ['a@b.co', 'oops'] })
  expect(e.details[0]?.message).toBe('oops: Not an address')
})

// Out of the app
it('exported cells are quoted, and never run as formulas', () => {
  const r = contact({ name: '=1+1', jobTitle: 'Head, "Sales"', emails: ['a@b.co', 'c@d.co'] })
  expect(toCsv([r], ['name', 'jobTitle', 'companyId', 'emails', 'phones'])).toBe(
    'name,jobTitle,companyName,emails,phones\r\n\'=1+1,"Head, ""Sales""",Acme,"a@b.co; c@d.co",+79125550011\r\n',
  )
})
it('copies a record as Markdown', () => {
  expect(toMarkdown('contact', contact(), tools())).toContain(
    '# Anna Petrova\n\n- **Company:** Acme\n- **Job title:** CEO',
  )
})
