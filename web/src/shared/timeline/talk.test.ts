import type { TFunction } from 'i18next'
import { afterEach, expect, it } from 'vitest'
import type { TimelineConversation } from '@/api/gen/types.gen'
import { i18n, setLocale } from '@/shared/i18n'
import { saidOf, sidesOf } from './talk'

afterEach(() => setLocale('en'))
const words = () => ({
  t: i18n.getFixedT(i18n.language, 'timeline') as TFunction<'timeline'>,
  fmt: { num: (n: number) => new Intl.NumberFormat(i18n.language).format(n) },
})
const talk = (text: string, mediaKind: string | null = null): TimelineConversation => ({
  chatId: 'c',
  title: 'Anna',
  channel: 'telegram',
  day: '2026-11-22',
  received: 4,
  sent: 2,
  lastMessage: { id: 'm', text, isOurs: false, mediaKind, senderName: 'Anna' },
})

it.each([
  [{ received: 4, sent: 2 }, '4 in, 2 out', 'входящих: 4, исходящих: 2'],
  [{ received: 1, sent: 0 }, '1 in', 'входящих: 1'],
  [{ received: 0, sent: 1000 }, '1,000+ out', 'исходящих: 1 000+'],
])('both sides are told as far as they spoke: %o', async (sides, en, ru) => {
  expect(sidesOf(sides, words())).toBe(en)
  await setLocale('ru')
  expect(sidesOf(sides, words()).replace(/\s/g, ' ')).toBe(ru)
})
it('the last message is one line, with what file it has', () => {
  expect(saidOf(talk('Hello\n\nAnna'), words())).toBe('Hello Anna')
  expect(saidOf(talk('', 'voice'), words())).toBe('Voice message')
  expect(saidOf(talk('A plan', 'photo'), words())).toBe('Photo · A plan')
  expect(saidOf(talk('x', 'a word of tomorrow'), words())).toBe('File · x')
})
