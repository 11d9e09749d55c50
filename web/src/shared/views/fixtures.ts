import type { SavedView } from '@/api/gen/types.gen'

/** A view for the unit tests. */
export const aView = (over: Partial<SavedView> = {}): SavedView => ({
  id: 'v1',
  recordType: 'contact',
  name: 'My people',
  icon: null,
  visibility: 'private',
  ownerId: 'u1',
  ownerName: 'Anna Petrova',
  query: {},
  locked: false,
  isDefault: false,
  isOrgDefault: false,
  position: 0,
  version: 1,
  createdAt: '2026-11-01T10:00:00Z',
  updatedAt: '2026-11-01T10:00:00Z',
  mine: true,
  ...over,
})
