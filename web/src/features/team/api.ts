import { type InfiniteData, infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PageInfo } from '@/api/gen/types.gen'
import { get, send } from '@/shared/api/call'
import { isAbort } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import type { Access, AccessChange, Holdings, Invitation, Invited, InviteInput, Member, Team, TeamInput } from './types'

export const keys = {
  members: ['team-members'],
  invitations: ['team-invitations'],
  teams: ['teams'],
} as const
const PAGE = 50
type Members = { items: Member[]; page: PageInfo }
type Pages = InfiniteData<Members, string | null>
type Page<T> = { items: T[] }

export const membersOptions = (search: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.members, { search }],
    queryFn: ({ pageParam, signal }) =>
      get<Members>('/api/team/members', { limit: PAGE, cursor: pageParam, search: search || null, load: true }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
  })
export const accessOptions = (id: string) =>
  queryOptions({
    queryKey: ['team-member-access', id],
    queryFn: ({ signal }) => get<Access>(`/api/team/members/${id}/access`, {}, signal),
  })
export const holdingsOptions = (id: string) =>
  queryOptions({
    queryKey: ['team-member-holdings', id],
    queryFn: ({ signal }) => get<Holdings>(`/api/team/members/${id}/holdings`, {}, signal),
    staleTime: 0,
  })
export const invitationsOptions = () =>
  queryOptions({
    queryKey: keys.invitations,
    queryFn: ({ signal }) => get<Page<Invitation>>('/api/team/invitations', {}, signal).then((r) => r.items),
  })
export const teamsOptions = () =>
  queryOptions({
    queryKey: keys.teams,
    queryFn: ({ signal }) => get<Page<Team>>('/api/teams', {}, signal).then((r) => r.items),
  })
/** Who may be picked in a form, by name. */
export const findPeople = (search: string, signal: AbortSignal) =>
  get<Members>('/api/team/members', { limit: PAGE, search: search || null }, signal).then((r) => r.items)

export const resetMembers = (pages: Pages | undefined, how: (all: Member[]) => Member[]): Pages | undefined =>
  pages && { ...pages, pages: pages.pages.map((p) => ({ ...p, items: how(p.items) })) }

/** Changes of members: shown at once, taken back when refused. */
export function useMemberChanges() {
  const { t } = useTranslation('team')
  const qc = useQueryClient()
  const all = { queryKey: keys.members }
  /** What is on screen changes at once; gives back how to undo that. */
  const show = async (how: (all: Member[]) => Member[]) => {
    await qc.cancelQueries(all)
    const before = qc.getQueriesData<Pages>(all)
    qc.setQueriesData<Pages>(all, (pages) => resetMembers(pages, how))
    return () => {
      for (const [key, pages] of before) qc.setQueryData(key, pages)
    }
  }
  const refresh = () => {
    void qc.invalidateQueries(all)
    void qc.invalidateQueries({ queryKey: ['roles'] })
    void qc.invalidateQueries({ queryKey: keys.teams })
    void qc.invalidateQueries({ queryKey: ['team-member-access'] })
  }
  return {
    /** Throws what the server refused: the dialog says it. */
    setRoles: async (member: Member, roles: Member['roles']) => {
      const back = await show((m) => m.map((x) => (x.id === member.id ? { ...x, roles } : x)))
      try {
        const saved = await send<Member>('PUT', `/api/team/members/${member.id}/role`, {
          roles: roles.map((r) => r.key),
        })
        await show((m) => m.map((x) => (x.id === saved.id ? { ...x, ...saved } : x)))
        toast.success(t('roles.saved', { name: member.name }))
      } catch (e) {
        back()
        throw e
      } finally {
        refresh()
      }
    },
    unlock: async (member: Member) => {
      const back = await show((m) => m.map((x) => (x.id === member.id ? { ...x, lockedUntil: null } : x)))
      try {
        await send('POST', `/api/team/members/${member.id}/unlock`)
        toast.success(t('members.unlocked', { name: member.name }))
      } catch (e) {
        back()
        toast.error(t('members.notUnlocked'), e)
      }
      refresh()
    },
    /** Shown at once as it will be; a proof that was asked for and not given is no error. */
    access: async (what: AccessChange, member: Member) => {
      const off = what === 'suspend' ? new Date().toISOString() : null
      const next = what === 'end' ? { sessions: 0 } : { suspendedAt: off, ...(off && { sessions: 0 }) }
      const back = await show((m) => m.map((x) => (x.id === member.id ? { ...x, ...next } : x)))
      const path = `/api/team/members/${member.id}`
      try {
        if (what === 'end') await send('DELETE', `${path}/sessions`)
        else await send('POST', `${path}/${what}`)
        toast.success(t(`${what}.done`, { name: member.name }))
      } catch (e) {
        back()
        if (!isAbort(e)) toast.error(t(`${what}.failed`, { name: member.name }), e)
      }
      refresh()
    },
    remove: async (member: Member, reassignTo: string | null, handing: boolean) => {
      const back = await show((m) => m.filter((x) => x.id !== member.id))
      try {
        await send('DELETE', `/api/team/members/${member.id}`, { reassignTo })
        toast.success(t('remove.done', { name: member.name }), handing ? t('remove.handing') : undefined)
      } catch (e) {
        back()
        toast.error(t('remove.failed', { name: member.name }), e)
      }
      refresh()
    },
  }
}
export type MemberChanges = ReturnType<typeof useMemberChanges>

/** Changes of invitations. */
export function useInvitationChanges() {
  const { t } = useTranslation('team')
  const qc = useQueryClient()
  const put = (how: (all: Invitation[]) => Invitation[]) =>
    qc.setQueryData(invitationsOptions().queryKey, (all) => all && how(all))
  const refresh = () => void qc.invalidateQueries({ queryKey: keys.invitations })
  const invite = async (body: InviteInput) => {
    const answer = await send<Invited>('POST', '/api/team/members/invite', body)
    put((all) => [...answer.items, ...all.filter((i) => !answer.items.some((x) => x.id === i.id))])
    refresh()
    return answer
  }
  return {
    /** Throws what the server refused: the form says it where it belongs. */
    invite,
    /** The new invitation, with its link where no mail is sent; null when it was refused. */
    resend: async (invitation: Invitation) => {
      try {
        const sent = await send<Invitation>('POST', `/api/team/invitations/${invitation.id}/resend`)
        put((all) => all.map((i) => (i.id === invitation.id ? sent : i)))
        if (!sent.link) toast.success(t('invitations.resent', { email: sent.email }))
        return sent
      } catch (e) {
        toast.error(t('invitations.notResent'), e)
        return null
      } finally {
        refresh()
      }
    },
    /** An open one can be taken back: the person is then invited anew. */
    revoke: async (invitation: Invitation, locale: InviteInput['locale']) => {
      const { id, email } = invitation
      put((all) => all.filter((i) => i.id !== id))
      try {
        await send('DELETE', `/api/team/invitations/${id}`)
        const anew = () =>
          invite({
            emails: [email],
            roles: invitation.roles.map((r) => r.key),
            teamIds: invitation.teams.map((x) => x.id),
            locale,
          }).then(
            () => {},
            (e: unknown) => toast.error(t('invitations.notResent'), e),
          )
        const said = t('invitations.revoked', { email })
        if (invitation.state === 'open') toast.undo(said, () => void anew())
        else toast.success(said)
      } catch (e) {
        put((all) => (all.some((i) => i.id === id) ? all : [invitation, ...all]))
        toast.error(t('invitations.notRevoked'), e)
      }
      refresh()
    },
  }
}
export type InvitationChanges = ReturnType<typeof useInvitationChanges>

/** Changes of teams. */
export function useTeamChanges() {
  const { t } = useTranslation('team')
  const qc = useQueryClient()
  const put = (how: (all: Team[]) => Team[]) => qc.setQueryData(teamsOptions().queryKey, (all) => all && how(all))
  const refresh = () => {
    void qc.invalidateQueries({ queryKey: keys.teams })
    void qc.invalidateQueries({ queryKey: keys.members })
    void qc.invalidateQueries({ queryKey: ['team-member-access'] })
  }
  return {
    /** Throws what the server refused: the form says it where it belongs. */
    save: async (team: Team | null, body: TeamInput) => {
      const saved = team
        ? await send<Team>('PATCH', `/api/teams/${team.id}`, { ...body, version: team.version })
        : await send<Team>('POST', '/api/teams', body)
      put((all) => [...all.filter((x) => x.id !== saved.id), saved].sort((a, b) => a.name.localeCompare(b.name)))
      toast.success(t('teams.saved', { name: saved.name }))
      refresh()
    },
    remove: async (team: Team) => {
      put((all) => all.filter((x) => x.id !== team.id))
      try {
        await send('DELETE', `/api/teams/${team.id}`)
        toast.success(t('teams.deleted', { name: team.name }))
      } catch (e) {
        put((all) => (all.some((x) => x.id === team.id) ? all : [...all, team]))
        toast.error(t('teams.notDeleted'), e)
      }
      refresh()
    },
  }
}
export type TeamChanges = ReturnType<typeof useTeamChanges>
