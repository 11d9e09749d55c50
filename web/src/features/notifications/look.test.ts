import { expect, it } from 'vitest'
import { zNotificationKind } from '@/api/gen/zod.gen'
import { i18n, loadTexts, setLocale } from '@/shared/i18n'
import { SUBJECT_ICON, signOf } from './look'

const CAMPAIGN = ['campaign.paused', 'campaign.not_started', 'campaign.finished', 'campaign.variant_won']
const KINDS = new Set<string>([...zNotificationKind.options, ...CAMPAIGN])

it.each(['en', 'ru'] as const)('has a name for every kind: %s', async (locale) => {
  await setLocale(locale)
  await loadTexts('notifications')
  for (const kind of KINDS) expect(i18n.getResource(locale, 'notifications', `kind.${kind}`), kind).toBeTypeOf('string')
  await setLocale('en')
})
it('has a sign of its own for everything that a campaign does by itself', () => {
  const signs = CAMPAIGN.map((kind) => signOf(kind)[0])
  expect(new Set([...signs, signOf('of.a.newer.server')[0]]).size).toBe(CAMPAIGN.length + 1)
  expect(SUBJECT_ICON['campaign']).toBeDefined()
})
