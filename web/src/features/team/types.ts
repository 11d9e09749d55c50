import type { BuiltIn, RoleRef } from '@/shared/access/role-name'
import type { Level, ReachOf } from '@/shared/access/roles'

// By hand from the agreement, until the document of the server has them.
export type TeamRef = { id: string; name: string }
export type Load = { clients: number; deals: number; chats: number }
export type Member = {
  id: string
  name: string
  email: string
  /** The highest built-in kin of their roles. */
  role: BuiltIn
  roles: RoleRef[]
  teams: TeamRef[]
  joinedAt: string
  lastSeenAt: string | null
  lockedUntil: string | null
  secondFactor: boolean
  /** Absent where the server does not count it yet. */
  load?: Load
}
export type Access = {
  role: BuiltIn
  roles: RoleRef[]
  permissions: { permission: string; from: string[] }[]
  reach: Record<ReachOf, { level: Level; from: string[] }>
  teammates: { id: string; name: string }[]
}
export type Holdings = Record<'clients' | 'companies' | 'deals' | 'chats' | 'accounts', number>
export type TeamMember = { id: string; name: string; lead: boolean }
export type Team = { id: string; name: string; description: string | null; members: TeamMember[]; version: number }
export type TeamInput = {
  name: string
  description: string | null
  members: { id: string; lead: boolean }[]
}
export type Invitation = {
  id: string
  email: string
  roles: RoleRef[]
  teams: TeamRef[]
  state: 'open' | 'expired'
  invitedBy: { id: string; name: string } | null
  sentAt: string
  expiresAt: string
  sends: number
  /** To be passed on by hand, where no mail is sent. */
  link?: string | null
}
export type InviteInput = { emails: string[]; roles: string[]; teamIds: string[]; locale?: 'en' | 'ru' }
export type Skipped = { email: string; code: 'member' | 'invited' }
export type Invited = { items: Invitation[]; skipped: Skipped[] }
