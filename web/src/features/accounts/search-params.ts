/** What of the accounts is in the address. */
export const TABS = ['overview', 'health', 'limits', 'chats', 'access', 'sessions'] as const
export type Tab = (typeof TABS)[number]
export type AccountsSearch = { connect?: true }
export type AccountSearch = { tab?: Tab }
export const accountsSearch = ({ connect }: Record<string, unknown>): AccountsSearch =>
  connect === true || connect === 1 || connect === '1' || connect === 'true' ? { connect: true } : {}
export const accountSearch = ({ tab }: Record<string, unknown>): AccountSearch =>
  TABS.includes(tab as Tab) && tab !== 'overview' ? { tab: tab as Tab } : {}
