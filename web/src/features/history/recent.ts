/** The imports that were begun on this device, the newest first: the way back to one whose page was left. */
const MOST = 20
const keyOf = (organizationId: string) => `rapport.history.${organizationId}`

export function recentIds(organizationId: string): string[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(keyOf(organizationId)) ?? '[]')
    return Array.isArray(read) ? read.filter((id): id is string => typeof id === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}
const keep = (organizationId: string, ids: readonly string[]) =>
  localStorage.setItem(keyOf(organizationId), JSON.stringify(ids.slice(0, MOST)))
export const addRecent = (organizationId: string, id: string) =>
  keep(organizationId, [id, ...recentIds(organizationId).filter((other) => other !== id)])
/** One that the server has no longer. */
export const dropRecent = (organizationId: string, id: string) =>
  keep(
    organizationId,
    recentIds(organizationId).filter((other) => other !== id),
  )
