import type { FieldRecordType, ImportTarget } from '@/api/gen/types.gen'

/** What a column of the file can become, in the order of the list. */
export const TARGETS: Record<FieldRecordType, readonly ImportTarget[]> = {
  contact: [
    'name',
    'firstName',
    'middleName',
    'lastName',
    'jobTitle',
    'companyName',
    'email',
    'phone',
    'timeZone',
    'telegramUsername',
    'website',
    'linkedinUrl',
    'source',
    'tags',
    'description',
    'leadScore',
    'custom',
  ],
  company: [
    'name',
    'industry',
    'size',
    'email',
    'phone',
    'website',
    'address',
    'source',
    'tags',
    'description',
    'custom',
  ],
  deal: [
    'title',
    'pipeline',
    'stage',
    'status',
    'amount',
    'currency',
    'companyName',
    'contactName',
    'email',
    'phone',
    'owner',
    'expectedCloseOn',
    'lostReason',
    'source',
    'tags',
    'description',
    'custom',
  ],
}

const SEVERAL: ReadonlySet<ImportTarget> = new Set(['email', 'phone', 'tags', 'custom'])
/** Whether several columns may go to it: a person has many phones, but one job title. */
export const takesSeveral = (t: ImportTarget) => SEVERAL.has(t)
