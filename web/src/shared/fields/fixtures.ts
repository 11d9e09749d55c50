import type { CustomField } from '@/api/gen/types.gen'

/** Custom fields for tests. */
export const aField = (over: Partial<CustomField> = {}): CustomField => ({
  id: 'f1',
  recordType: 'contact',
  key: 'tier',
  name: 'Tier',
  kind: 'text',
  options: [],
  relation: null,
  currency: null,
  position: 0,
  archived: false,
  version: 1,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  ...over,
})
