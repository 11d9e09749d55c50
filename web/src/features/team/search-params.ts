export const TABS = ['members', 'invitations', 'teams', 'activity'] as const
export type TeamTab = (typeof TABS)[number]
/** What is open is in the address: `new` is the window of whatever the tab makes. */
export type TeamSearch = {
  tab?: TeamTab
  q?: string
  new?: true
  /** Whose activity: a person, with their name so that the filter can say it at once, and a team. */
  member?: string
  who?: string
  team?: string
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function teamSearch(s: Record<string, unknown>): TeamSearch {
  const tab = TABS.slice(1).find((x) => x === s['tab'])
  const q = s['q'] === undefined ? '' : String(s['q']).slice(0, 200)
  const id = (k: 'member' | 'team') => (tab === 'activity' && UUID.test(String(s[k])) ? { [k]: String(s[k]) } : {})
  const who = tab === 'activity' && s['member'] && typeof s['who'] === 'string' ? { who: s['who'].slice(0, 200) } : {}
  return {
    ...(tab && { tab }),
    ...(q && { q }),
    ...(s['new'] ? { new: true as const } : {}),
    ...id('member'),
    ...who,
    ...id('team'),
  }
}
