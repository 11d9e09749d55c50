import { infiniteQueryOptions } from '@tanstack/react-query'
import { get } from '@/shared/api/call'

/** What members did, as far as the person at the screen may hear of it. */
export type Activity = {
  number: number
  at: string
  actor: { id: string; name: string | null }
  /** The name of the event, such as `contact.updated`. */
  action: string
  /** What it was about; its name is null once it is gone. */
  record: { kind: string; id: string; name: string | null } | null
  count: number
  fields: string[]
}
type Page = { items: Activity[]; nextCursor: string | null }
export type ActivityQuery = { member?: string; team?: string }

const PAGE = 50
export const activityOptions = (query: ActivityQuery) =>
  infiniteQueryOptions({
    queryKey: ['team-activity', query],
    queryFn: ({ pageParam, signal }) =>
      get<Page>('/api/team/activity', { ...query, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })

/** A page may have nothing for the reader and still name a next one: so many are asked for without being told to. */
const LOOKS = 5
export function looksOn(pages: readonly { items: readonly unknown[] }[]): boolean {
  const last = pages.findLastIndex((p) => p.items.length > 0)
  return pages.length > 0 && pages.length - 1 - last > 0 && pages.length - 1 - last < LOOKS
}

/** `deal.stage.changed` is a noun, `deal`, and what came of it, `stage_changed`. */
export function partsOf(action: string): { noun: string; verb: string } {
  const [noun = '', ...rest] = action.split('.')
  return { noun, verb: rest.join('_') }
}

/** Where the record is; null for what has no page, or is gone. */
export function pageOf({ kind, id, name }: NonNullable<Activity['record']>) {
  if (name === null) return null
  if (kind === 'contact') return { to: '/contacts/$id', params: { id } } as const
  if (kind === 'company') return { to: '/companies/$id', params: { id } } as const
  if (kind === 'deal') return { to: '/deals/$id', params: { id } } as const
  if (kind === 'chat') return { to: '/inbox/$chatId', params: { chatId: id } } as const
  return null
}
