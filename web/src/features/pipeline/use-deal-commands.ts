import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Pencil, SquareCheck } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'

const DEALS = {
  next: ArrowDown,
  previous: ArrowUp,
  select: SquareCheck,
  selectAll: SquareCheck,
  edit: Pencil,
  stageBack: ChevronLeft,
  stageOn: ChevronRight,
} as const
type DealAction = keyof typeof DEALS
type Runs = Partial<Record<DealAction, (() => void) | null>>

/** What keys do with the deals of a board or a table, wherever the focus is. What is null is not offered. */
export function useDealCommands(runs: Runs) {
  const { t } = useTranslation('pipeline')
  const now = useRef(runs)
  now.current = runs
  const on = (Object.keys(DEALS) as DealAction[]).filter((a) => runs[a]).join()
  const commands = useMemo<Command[]>(() => {
    const offered = on.split(',').filter((a): a is DealAction => a in DEALS)
    return offered.map((action) => ({
      id: `deals.${action}`,
      label: t(`keys.${action}`),
      icon: DEALS[action],
      action,
      run: () => now.current[action]?.(),
    }))
  }, [t, on])
  useCommands(commands)
}
