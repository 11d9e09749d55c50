import { afterEach, expect, it } from 'vitest'
import type { FieldChange, TimelineEntry } from '@/api/gen/types.gen'
import { setLocale } from '@/shared/i18n'
import { ACTOR, byDay, tell } from '@/shared/timeline/tell'
import { explainFields, isOpenMerge } from './explained'
import { timelineTools, tools } from './testing'

afterEach(() => setLocale('en'))
const entry = (over: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: 'e',
  at: '2026-11-20T10:00:00Z',
  actor: { kind: 'user', id: 'u1', name: 'Vera' },
  subject: { kind: 'contact', id: 'c1' },
  action: 'updated',
  changes: [],
  moved: null,
  deal: null,
  batchId: null,
  conversation: null,
  note: null,
  ...over,
})
const change = (field: string, from: unknown, to: unknown): FieldChange => ({ field, from, to })
/** As it reads on the page. */
function say(e: TimelineEntry, kind: 'contact' | 'company' = 'contact') {
  const { actor, text, lines } = tell(kind, e, timelineTools(), explainFields(kind, tools()))
  const values = lines.map((l) =>
    [
      lines.length > 1 && `${l.label}:`,
      l.added.length > 0 && `+${l.added.join(' +')}`,
      l.removed.length > 0 && `-${l.removed.join(' -')}`,
      l.from !== null && l.to !== null ? `${l.from} → ${l.to}` : (l.to ?? l.from),
    ]
      .filter(Boolean)
      .join(' '),
  )
  return [text.replace(ACTOR, actor), ...values].join(' | ')
}

it.each([
  ['en', 'Vera changed Job title: | CEO → CTO'],
  ['ru', 'Vera: изменено поле «Должность»: | CEO → CTO'],
] as const)('one field, %s', async (l, text) => {
  await setLocale(l)
  expect(say(entry({ changes: [change('jobTitle', 'CEO', 'CTO')] }))).toBe(text)
})
it.each([
  ['en', 'Vera filled in Owner: | Mina', 'Vera cleared Company: | Acme', 'Vera changed Tags: | +VIP -old'],
  [
    'ru',
    'Vera: заполнено поле «Ответственный»: | Mina',
    'Vera: очищено поле «Компания»: | Acme',
    'Vera: изменено поле «Теги»: | +VIP -old',
  ],
] as const)('filled, cleared, lists, %s', async (l, ...texts) => {
  await setLocale(l)
  expect([
    say(entry({ changes: [change('ownerName', null, 'Mina')] })),
    say(entry({ changes: [change('companyName', 'Acme', null)] })),
    say(entry({ changes: [change('tags', ['old', 'same'], ['same', 'VIP'])] })),
  ]).toEqual(texts)
})
it.each([
  ['en', 'Vera changed 2 fields | Phone: +‎+7 912 555-00-11 | inn: 7701', 'Vera marked this contact “Do not contact”'],
  ['ru', 'Vera: изменено 2 поля | Телефон: +‎+7 912 555-00-11 | inn: 7701', 'Vera: включено «Не беспокоить»'],
] as const)('several fields and flags, %s', async (l, many, flag) => {
  await setLocale(l)
  const changes = [
    change('phones', [], ['+79125550011']),
    change('custom.inn', null, '7701'),
    change('updatedAt', 1, 2),
  ]
  expect(say(entry({ changes }))).toBe(many.replace('\u200e', ''))
  expect(say(entry({ changes: [change('doNotContact', false, true)] }))).toBe(flag)
})
it.each([
  [
    'en',
    [
      'Import by Vera added this contact',
      'Vera moved this company to the trash',
      'Rapport restored this contact',
      'Vera wrote a note',
    ],
  ],
  [
    'ru',
    [
      'Импорт, Vera: контакт создан',
      'Vera: компания перемещена в корзину',
      'Rapport: контакт восстановлен',
      'Vera: добавлена заметка',
    ],
  ],
] as const)('what is not a change of fields, %s', async (l, texts) => {
  await setLocale(l)
  expect([
    say(
      entry({
        action: 'created',
        actor: { kind: 'import', id: 'u1', name: 'Vera' },
        changes: [change('name', null, 'Anna')],
      }),
    ),
    say(entry({ action: 'deleted', subject: { kind: 'company', id: 'k' } }), 'company'),
    say(entry({ action: 'restored', actor: { kind: 'system', id: null, name: null } })),
    say(entry({ action: 'created', subject: { kind: 'note', id: 'n' } })),
  ]).toEqual(texts)
})
it('long texts are cut', () => {
  const long = entry({ changes: [change('description', null, 'x'.repeat(500))] })
  const [line] = tell('contact', long, timelineTools(), explainFields('contact', tools())).lines
  expect(line?.to).toHaveLength(161)
})
it('groups by the day of the person’s zone, in order', () => {
  const at = (s: string) => ({ at: s })
  const days = byDay([at('2026-11-20T10:00:00Z'), at('2026-11-20T01:00:00Z'), at('2026-11-19T23:00:00Z')], (s) =>
    s.slice(0, 10),
  )
  expect(days.map((d) => [d.day, d.entries.length])).toEqual([
    ['2026-11-20', 2],
    ['2026-11-19', 1],
  ])
})

it('a merge is told on the record that stays and on those that went', () => {
  const stays = entry({ action: 'merged', changes: [change('mergedFrom', null, ['Anna P.', 'A. P.'])] })
  expect(say(stays)).toBe('Vera merged Anna P., A. P. into this record')
  const went = entry({ action: 'merged', changes: [change('mergedInto', null, 'Anna Petrova')] })
  expect(say(went)).toBe('Vera merged this record into Anna Petrova')
  const filled = { ...stays, changes: [...stays.changes, change('jobTitle', null, 'CEO')] }
  expect(say(filled)).toBe('Vera merged Anna P., A. P. into this record | CEO')
})
it('a merge is offered to be undone where it ended, until it was', () => {
  const stays = entry({ action: 'merged', changes: [change('mergedFrom', null, ['Anna P.'])], batchId: 'b' })
  const went = entry({ action: 'merged', changes: [change('mergedInto', null, 'Anna')], batchId: 'b' })
  const undone = entry({ action: 'reverted', changes: [change('mergedFrom', ['Anna P.'], null)], batchId: 'b2' })
  expect(isOpenMerge(stays, [stays])).toBe(true)
  expect(isOpenMerge(went, [went])).toBe(false)
  expect(isOpenMerge(stays, [undone, stays])).toBe(false)
  expect(isOpenMerge(stays, [stays, undone])).toBe(true)
})
