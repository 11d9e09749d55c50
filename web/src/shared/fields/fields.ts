import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { client } from '@/api/gen/client.gen'
import type { CustomField, ListFieldsErrors, ListFieldsResponses } from '@/api/gen/types.gen'

/** The fields that an organization made up, as every page knows them. Small on purpose: routes load them. */
export type RecordKind = CustomField['recordType']
export type FieldKind = CustomField['kind']
export type FieldOption = CustomField['options'][number]
export type CustomId = `custom.${string}`
export const isCustomId = (id: string): id is CustomId => id.startsWith('custom.')
export const customIdOf = ({ key }: Pick<CustomField, 'key'>): CustomId => `custom.${key}`
export const keyOf = (id: CustomId) => id.slice('custom.'.length)

const NONE: readonly CustomField[] = []
/** What was told last: filters and columns are read outside of React, where no query can be asked. */
const told = new Map<RecordKind, readonly CustomField[]>()
const remember = (kind: RecordKind, fields: readonly CustomField[]) => {
  told.set(kind, fields)
  return fields as CustomField[]
}
/** Those in use, in their order. */
export function customFieldsNow(kind: RecordKind): readonly CustomField[] {
  const all = told.get(kind) ?? NONE
  let active = actives.get(all)
  if (!active) {
    active = all.filter((f) => !f.archived)
    actives.set(all, active)
  }
  return active
}
const actives = new WeakMap<readonly CustomField[], readonly CustomField[]>()
export const customFieldNow = (kind: RecordKind, id: string) =>
  isCustomId(id) ? customFieldsNow(kind).find((f) => f.key === keyOf(id)) : undefined

// Not through the generated sdk: one module with every operation, which the pages before sign-in have no room for.
const load = async (recordType: RecordKind, signal?: AbortSignal) =>
  (
    await client.get<ListFieldsResponses, ListFieldsErrors, true>({
      url: '/api/crm/fields',
      query: { recordType },
      signal,
      throwOnError: true,
    })
  ).data.items

export const fieldsKey = (kind: RecordKind) => ['custom-fields', kind] as const
/** Archived ones included. */
export const fieldsOptions = (kind: RecordKind) =>
  queryOptions({
    queryKey: fieldsKey(kind),
    queryFn: ({ signal }) => load(kind, signal).then((all) => remember(kind, all)),
    staleTime: 60_000,
  })
export function setFields(qc: QueryClient, kind: RecordKind, fields: readonly CustomField[]) {
  qc.setQueryData(fieldsKey(kind), remember(kind, fields))
}

/** Known from then on; without them a page shows what every organization has. */
export const ensureFields = (qc: QueryClient, kinds: readonly RecordKind[]) =>
  Promise.all(kinds.map((kind) => qc.ensureQueryData(fieldsOptions(kind)).catch(() => NONE)))
