import { client } from '@/api/gen/client.gen'

/**
 * Routes of one feature, without the generated sdk: that is one module with every operation that anybody uses, and
 * every page downloads it. Types come from the generated ones all the same.
 */
type Query = Record<string, string | number | boolean | null | undefined>
const JSON_BODY = { 'Content-Type': 'application/json' }

const known = (query: Query = {}) => Object.fromEntries(Object.entries(query).filter(([, v]) => v != null))
export const get = <T>(url: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  client.get<{ 200: T }, unknown, true>({ url, query: known(query), signal, throwOnError: true }).then((r) => r.data)

export const send = <T = void>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  query?: Query,
): Promise<T> =>
  client
    .request<{ 200: T }, unknown, true>({
      method,
      url,
      query: known(query),
      ...(body && { body, headers: JSON_BODY }),
      throwOnError: true,
    })
    .then((r) => r.data)
