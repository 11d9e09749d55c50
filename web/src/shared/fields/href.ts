import type { CustomField } from '@/api/gen/types.gen'
import { safeHref } from '@/shared/lib/contact-details'
import type { RecordKind } from './fields'
import { isBlankValue } from './kinds'

/** Where a value leads. */
export function customHref({ kind, relation }: CustomField, value: unknown): { href: string; inApp?: boolean } | null {
  if (isBlankValue(value)) return null
  const text = String(value)
  switch (kind) {
    case 'url': {
      const href = safeHref(text)
      return href ? { href } : null
    }
    case 'email':
      return { href: `mailto:${text}` }
    case 'phone':
      return { href: `tel:${text}` }
    case 'relation':
      return { href: `/${PATHS[relation ?? 'contact']}/${text}`, inApp: true }
    default:
      return null
  }
}
const PATHS: Record<RecordKind, string> = { contact: 'contacts', company: 'companies', deal: 'deals' }
