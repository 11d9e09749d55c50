export type {
  Access,
  Holdings,
  Invitation,
  InvitationInput as InviteInput,
  InvitationResult as Invited,
  Member,
  Team,
  TeamMember,
} from '@/api/gen/types.gen'
/** What is done to the access of a member: ending their sessions, switching it off, switching it on again. */
export type AccessChange = 'end' | 'suspend' | 'restore'
export type TeamInput = { name: string; description: string | null; members: { id: string; lead: boolean }[] }
