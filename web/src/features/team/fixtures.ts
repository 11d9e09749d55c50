import type { RoleView } from '@/shared/access/roles'
import type { Invitation, Member } from './types'

/** What the tests of the team are about. */
export const aMember = (id: string, name: string, change: Partial<Member> = {}): Member => ({
  id,
  name,
  email: `${id}@example.com`,
  role: 'agent',
  roles: [{ key: 'agent', name: null }],
  teams: [],
  joinedAt: '2026-01-01T00:00:00Z',
  lastSeenAt: null,
  lockedUntil: null,
  suspendedAt: null,
  sessions: 0,
  secondFactor: false,
  load: { clients: 2, deals: 1, chats: 0 },
  ...change,
})
const wide = {
  clients: 'organization',
  deals: 'organization',
  chats: 'organization',
  accounts: 'organization',
} as const
export const aRole = (key: RoleView['base'] | 'r1', change: Partial<RoleView> = {}): RoleView => ({
  key,
  name: null,
  builtIn: key !== 'r1',
  base: key === 'r1' ? 'agent' : key,
  description: null,
  permissions: ['crm.contacts.read'],
  reach: wide,
  members: 1,
  version: 1,
  updatedAt: null,
  ...change,
})
export const anInvitation = (email: string, change: Partial<Invitation> = {}): Invitation => ({
  id: email,
  email,
  roles: [{ key: 'agent', name: null }],
  teams: [],
  state: 'open',
  invitedBy: { id: 'u1', name: 'Anna Petrova' },
  sentAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-08T00:00:00Z',
  sends: 1,
  ...change,
})
export const page = (items: object[]) => ({
  items,
  page: { limit: 50, nextCursor: null, page: null, total: items.length },
})
