import type { Notification } from '@/api/gen/types.gen'

export const aNotification = (change: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  kind: 'mention',
  category: 'mentions',
  text: 'Anna mentioned you in a note',
  subject: { kind: 'deal', id: 'd1', name: 'Pilot' },
  actor: { id: 'u2', name: 'Anna Petrova' },
  count: 1,
  createdAt: '2026-03-10T09:00:00Z',
  lastAt: '2026-03-10T09:00:00Z',
  readAt: null,
  snoozedUntil: null,
  data: {},
  ...change,
})
