import type { TFunction } from 'i18next'
import type { Deal } from '@/api/gen/types.gen'
import { customFieldNow } from '@/shared/fields/fields'
import { customText, dayText } from '@/shared/fields/text'
import { toMajor } from '@/shared/lib/money'
import { type Explain, plainText, type Tools } from './tell'

/** How the timeline tells changes of deals. The log tells people and records by name, and an amount with its currency. */
const LABELS = {
  title: 'title',
  amountMinor: 'amount',
  currency: 'amount',
  companyId: 'company',
  companyName: 'company',
  contactId: 'contact',
  contactName: 'contact',
  ownerId: 'owner',
  ownerName: 'owner',
  expectedCloseOn: 'expectedCloseOn',
  source: 'source',
  description: 'description',
  lostReason: 'lostReason',
  tags: 'tags',
} as const
const NAMES: Record<string, string> = { companyName: 'companyId', contactName: 'contactId', ownerName: 'ownerId' }

export const explainDeal =
  ({ currency }: Pick<Deal, 'currency'>, { t, fmt }: { t: TFunction<'pipeline'>; fmt: Tools['fmt'] }): Explain =>
  (name, entry) => {
    const change = (field: string) => entry.changes.find((c) => c.field === field)
    if (name === 'currency' && change('amountMinor')) return null
    const custom = customFieldNow('deal', name)
    const label = LABELS[name as keyof typeof LABELS]
    if (name === 'rulesOverridden') return { field: name, label: t('rules.label'), show: () => t('rules.overridden') }
    return {
      field: NAMES[name] ?? name,
      label: custom?.name ?? (label ? t(`field.${label}`) : name.replace(/^custom\./, '')),
      show: (v, side) => {
        if (custom) return customText(custom, v, fmt)
        if (name === 'expectedCloseOn') return dayText(v, fmt)
        if (name !== 'amountMinor') return plainText(v)
        const money = change('currency') ? change('currency')?.[side] : currency
        return typeof money === 'string' ? fmt.money(toMajor(Number(v), money), money) : plainText(v)
      },
    }
  }
