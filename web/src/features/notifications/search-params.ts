/** What of the page stands in its address. By itself: every page carries it. */
export const SHOWS = ['all', 'unread', 'mentions', 'assigned', 'sla', 'system', 'snoozed'] as const
export type Show = (typeof SHOWS)[number]
export type NotificationSearch = { show?: Exclude<Show, 'all'> }
export function notificationSearch({ show }: Record<string, unknown>): NotificationSearch {
  return SHOWS.includes(show as Show) && show !== 'all' ? { show: show as NotificationSearch['show'] } : {}
}
