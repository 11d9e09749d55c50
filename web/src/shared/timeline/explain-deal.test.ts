import type { TFunction } from 'i18next'
import { afterEach, expect, it } from 'vitest'
import type { FieldChange, Moved, TimelineEntry } from '@/api/gen/types.gen'
import { i18n, setLocale } from '@/shared/i18n'
import * as f from '@/shared/lib/format'
import { explainDeal } from './explain-deal'
import { ACTOR, DEAL, type Tools, tell } from './tell'

afterEach(() => setLocale('en'))
const entry = (over: Partial<TimelineEntry>): TimelineEntry => ({
  id: 'e',
  at: '2026-11-20T10:00:00Z',
  actor: { kind: 'user', id: 'u', name: 'Vera' },
  subject: { kind: 'deal', id: 'd' },
  action: 'updated',
  changes: [],
  moved: null,
  deal: null,
  batchId: null,
  note: null,
  conversation: null,
  ...over,
})
const stage = (name: string) => ({ id: name, name, color: 'blue', pipeline: 'Sales' })
const moved = (over: Partial<Moved> = {}): Moved => ({
  from: stage('Lead'),
  to: stage('Won'),
  cause: 'manual',
  auto: false,
  reason: null,
  secondsInFrom: 60,
  ...over,
})
const change = (field: string, from: unknown, to: unknown): FieldChange => ({ field, from, to })
function say(over: Partial<TimelineEntry>, currency: string | null = 'EUR') {
  const l = i18n.language
  const fmt = {
    money: (v: number, c: string) => f.money(v, c, l),
    day: (at: string) => f.day(at, l, 'UTC'),
  } as Tools['fmt']
  const t = i18n.getFixedT(l, 'pipeline') as TFunction<'pipeline'>
  const tools = { t: i18n.getFixedT(l, 'timeline') as TFunction<'timeline'>, fmt }
  const told = entry(over)
  const kind = told.deal ? 'contact' : 'deal'
  const { actor, text, lines } = tell(kind, told, tools, explainDeal(told.deal ?? { currency }, { t, fmt }))
  const plain = (s: string | null) => s?.replace(/\s/g, ' ') ?? '–'
  return [
    text.replace(ACTOR, actor).replace(DEAL, told.deal?.title ?? ''),
    ...lines.map((x) => `${x.label} ${plain(x.from)} ${plain(x.to)}`),
  ]
}

it.each([
  [{ moved: moved() }, 'Vera moved this deal:'],
  [{ moved: moved({ cause: 'stage_deleted', auto: true }) }, 'Vera deleted the stage, this deal moved:'],
  [{ moved: moved({ cause: null }), action: 'reverted' }, 'Vera undid a change, this deal went back:'],
  [{ moved: moved({ from: null, cause: 'created' }), action: 'created' }, 'Vera added this deal:'],
  [{ moved: moved({ cause: 'a word of tomorrow' }) }, 'Vera moved this deal:'],
] as const)('a move reads as a move', (over, text) => {
  expect(say(over)).toEqual([text])
})
it('so it does in Russian, with why the deal was lost', async () => {
  await setLocale('ru')
  expect(say({ moved: moved(), changes: [change('lostReason', null, 'Дорого')] })).toEqual([
    'Vera: сделка перемещена:',
    'Почему проиграна – Дорого',
  ])
})
it('an amount is told with its currency, as one change', () => {
  expect(say({ changes: [change('amountMinor', null, 125000), change('currency', null, 'USD')] })).toEqual([
    'Vera filled in Amount:',
    'Amount – $1,250',
  ])
  expect(say({ changes: [change('amountMinor', 100, 200)] })).toEqual(['Vera changed Amount:', 'Amount €1 €2'])
})
it('people, records and days are told as they are read', () => {
  const changes = [change('contactName', 'Anna', 'Boris'), change('expectedCloseOn', null, '2026-12-01')]
  expect(say({ changes })).toEqual(['Vera changed 2 fields', 'Contact Anna Boris', 'Expected close – Dec 1, 2026'])
})

const deal = { id: 'd', title: 'Licence', currency: 'USD' }
it.each([
  [
    'en',
    [
      'Vera added the deal Licence:',
      'Vera moved the deal Licence:',
      'Vera deleted the stage, the deal Licence moved:',
      'Vera undid a change, the deal Licence went back:',
      'Vera moved the deal Licence to the trash',
      'Vera restored the deal Licence',
      'Vera undid a change of the deal Licence',
      'Vera edited a note on the deal Licence',
      'Vera changed Amount of the deal Licence: | Amount $1 $2',
      'Vera changed 2 fields of the deal Licence | Title A B | Source – Web',
    ],
  ],
  [
    'ru',
    [
      'Vera: сделка «Licence» создана:',
      'Vera: сделка «Licence» перемещена:',
      'Vera: этап удалён, сделка «Licence» перемещена:',
      'Vera: изменение отменено, сделка «Licence» вернулась:',
      'Vera: сделка «Licence» перемещена в корзину',
      'Vera: сделка «Licence» восстановлена',
      'Vera: изменение сделки «Licence» отменено',
      'Vera: изменена заметка к сделке «Licence»',
      'Vera: изменено поле «Сумма» сделки «Licence»: | Сумма 1 $ 2 $',
      'Vera: изменено 2 поля сделки «Licence» | Название A B | Источник – Web',
    ],
  ],
] as const)('on the page of its contact a deal is told by its title, %s', async (l, texts) => {
  await setLocale(l)
  const fields = [change('title', 'A', 'B'), change('source', null, 'Web')]
  const told: Partial<TimelineEntry>[] = [
    { moved: moved({ from: null, cause: 'created' }), action: 'created' },
    { moved: moved() },
    { moved: moved({ cause: 'stage_deleted', auto: true }) },
    { moved: moved({ cause: null }), action: 'reverted' },
    { action: 'deleted' },
    { action: 'restored' },
    { action: 'reverted' },
    { subject: { kind: 'note', id: 'n' } },
    { changes: [change('amountMinor', 100, 200)] },
    { changes: fields },
  ]
  expect(told.map((over) => say({ ...over, deal }).join(' | '))).toEqual(texts)
})
