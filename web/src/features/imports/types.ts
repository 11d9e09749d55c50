import { Building2, Handshake, type LucideIcon, Users } from 'lucide-react'
import type { FieldRecordType } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'

/** What can be imported, in the order of the choice. */
export const TYPE_ICONS: Record<FieldRecordType, LucideIcon> = { contact: Users, company: Building2, deal: Handshake }

/** What the person may import. */
export function useImportable(): FieldRecordType[] {
  const may = {
    contact: useCan('crm.contacts.import'),
    company: useCan('crm.companies.import'),
    deal: useCan('crm.deals.import'),
  }
  return (['contact', 'company', 'deal'] as const).filter((type) => may[type])
}
