import type { PermissionRow } from '@/api/gen/types.gen'

export type PermissionGroup = { id: string; rows: PermissionRow[] }

/** `crm.contacts.read` belongs to `crm.contacts`; groups and rows keep the server's order. */
export function groupPermissions(matrix: readonly PermissionRow[]): PermissionGroup[] {
  const groups = new Map<string, PermissionRow[]>()
  for (const row of matrix) {
    const id = row.permission.slice(0, row.permission.lastIndexOf('.'))
    groups.set(id, [...(groups.get(id) ?? []), row])
  }
  return [...groups].map(([id, rows]) => ({ id, rows }))
}
