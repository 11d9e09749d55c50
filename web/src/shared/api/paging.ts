import type { PageInfo } from '@/api/gen/types.gen'

/** Spread into a generated `…InfiniteOptions(…)`: `useInfiniteQuery({ ...listContactsInfiniteOptions({ query }), ...byCursor })`. */
export const byCursor = {
  initialPageParam: {} as never, // an object is merged into the request, so the first page is asked for without a cursor
  getNextPageParam: (last: { page: PageInfo }) => last.page.nextCursor,
}
