import type { ComponentType } from 'react'
import type { FilterNode } from '@/shared/lib/address'

/** Campaigns are another feature: the route brings their dialog. */
export type EnrolWho =
  | { ids: readonly string[]; name?: string; nameOf?: (id: string) => string | undefined }
  | { filter: FilterNode | null; search: string | null; count: number; isEstimate: boolean }
export type EnrolDialog = ComponentType<{ who: EnrolWho; onDone?: () => void; onClose: () => void }>
