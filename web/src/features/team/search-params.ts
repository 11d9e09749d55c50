export const TABS = ['members', 'invitations', 'teams'] as const
export type TeamTab = (typeof TABS)[number]
/** What is open is in the address: `new` is the window of whatever the tab makes. */
export type TeamSearch = { tab?: TeamTab; q?: string; new?: true }

export function teamSearch(s: Record<string, unknown>): TeamSearch {
  const tab = TABS.slice(1).find((x) => x === s['tab'])
  const q = s['q'] === undefined ? '' : String(s['q']).slice(0, 200)
  return { ...(tab && { tab }), ...(q && { q }), ...(s['new'] ? { new: true as const } : {}) }
}
