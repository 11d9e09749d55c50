import { useMemo } from 'react'
import type { Deal } from '@/api/gen/types.gen'
import { explainDeal } from '@/shared/timeline/explain-deal'
import { Timeline } from '@/shared/timeline/timeline-view'
import { useTools } from './tools'

/** What happened to a deal: moves, changes, notes. Brought when it is looked at. */
export default function DealTimeline({ deal, readOnly }: { deal: Deal; readOnly: boolean }) {
  const tools = useTools()
  const { currency } = deal
  const explain = useMemo(() => explainDeal({ currency }, tools), [currency, tools])
  return <Timeline kind="deal" id={deal.id} readOnly={readOnly} explain={explain} />
}
