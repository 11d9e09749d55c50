import { queryOptions } from '@tanstack/react-query'
import type { Pipeline } from '@/api/gen/types.gen'
import { get } from '@/shared/api/call'

/** Stages of deals, as steps and rules speak of them. Under the key of the pipelines: what changes there is seen here. */
export const stagesOptions = () =>
  queryOptions({
    queryKey: ['pipelines'],
    queryFn: ({ signal }) => get<{ items: Pipeline[] }>('/api/pipeline', {}, signal).then((r) => r.items),
  })
export function stageName(pipelines: readonly Pipeline[], id: string): string {
  for (const p of pipelines) {
    const stage = p.stages.find((s) => s.id === id)
    if (stage) return pipelines.length > 1 ? `${p.name}: ${stage.name}` : stage.name
  }
  return '…'
}
export const stageOptions = (pipelines: readonly Pipeline[]) =>
  pipelines.flatMap((p) =>
    p.stages
      .filter((s) => s.archivedAt === null)
      .map((s) => ({ value: s.id, label: s.name, ...(pipelines.length > 1 ? { hint: p.name } : {}) })),
  )
