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
export type TeamInput = { name: string; description: string | null; members: { id: string; lead: boolean }[] }
