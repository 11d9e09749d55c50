import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { CustomField } from '@/api/gen/types.gen'
import { fieldsOptions, type RecordKind } from './fields'

const NONE: readonly CustomField[] = []
/** The custom fields in use; empty until they are known. */
export function useFields(kind: RecordKind): readonly CustomField[] {
  const { data } = useQuery(fieldsOptions(kind))
  return useMemo(() => data?.filter((f) => !f.archived) ?? NONE, [data])
}
