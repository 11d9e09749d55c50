import { Clock, GitFork, type LucideIcon, MessageSquare, MoveRight, OctagonX, SquareCheckBig } from 'lucide-react'
import type { Tone } from '@/shared/ui/tone'
import type { ActionKind } from './types'

export const KIND_LOOK: Record<ActionKind, { icon: LucideIcon; tone: Tone }> = {
  message: { icon: MessageSquare, tone: 'blue' },
  wait: { icon: Clock, tone: 'amber' },
  condition: { icon: GitFork, tone: 'violet' },
  task: { icon: SquareCheckBig, tone: 'teal' },
  moveStage: { icon: MoveRight, tone: 'green' },
  stop: { icon: OctagonX, tone: 'red' },
}
