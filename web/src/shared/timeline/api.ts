import { infiniteQueryOptions, type QueryFunction, type QueryKey } from '@tanstack/react-query'
import {
  getCompanyTimelineInfiniteOptions,
  getCompanyTimelineInfiniteQueryKey,
  getContactTimelineInfiniteOptions,
  getContactTimelineInfiniteQueryKey,
  getDealTimelineInfiniteOptions,
  getDealTimelineInfiniteQueryKey,
} from '@/api/gen/@tanstack/react-query.gen'
import { createCompanyNote, createContactNote, createDealNote } from '@/api/gen/sdk.gen'
import type { Note, NoteInput, TimelinePage } from '@/api/gen/types.gen'
import { byCursor } from '@/shared/api/paging'

/** Timelines and notes, with one face for whatever they are about. */
export type Subject = 'contact' | 'company' | 'deal'

const TIMELINE = {
  contact: getContactTimelineInfiniteOptions,
  company: getCompanyTimelineInfiniteOptions,
  deal: getDealTimelineInfiniteOptions,
}
const KEY = {
  contact: getContactTimelineInfiniteQueryKey,
  company: getCompanyTimelineInfiniteQueryKey,
  deal: getDealTimelineInfiniteQueryKey,
}
const ADD = { contact: createContactNote, company: createCompanyNote, deal: createDealNote }

export function timelineOptions(kind: Subject, id: string) {
  const o = TIMELINE[kind]({ path: { id }, query: { limit: 30 } })
  return infiniteQueryOptions({
    ...byCursor,
    queryKey: o.queryKey as QueryKey,
    queryFn: o.queryFn as QueryFunction<TimelinePage, QueryKey, unknown>,
  })
}
export const timelineKey = (kind: Subject, id: string): QueryKey => KEY[kind]({ path: { id } })

export const postNote = (kind: Subject, id: string, body: NoteInput): Promise<Note> =>
  ADD[kind]({ path: { id }, body, throwOnError: true }).then((r) => r.data)
