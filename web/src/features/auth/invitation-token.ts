const KEY = 'rapport.invitation'

/**
 * What stands behind the # of an invitation, kept for this tab while its owner signs in: an address with it in plain
 * sight would end up in logs. `''`: there is none.
 */
export function invitationToken(hash: string): string {
  if (hash) sessionStorage.setItem(KEY, hash)
  return hash || (sessionStorage.getItem(KEY) ?? '')
}
export const forgetInvitation = () => sessionStorage.removeItem(KEY)
