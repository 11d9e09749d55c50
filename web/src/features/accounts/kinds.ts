import { Bot, type LucideIcon, Megaphone, User, Users } from 'lucide-react'
import type { DialogKind } from './types'

export const KIND_ICON: Record<DialogKind, LucideIcon> = {
  private: User,
  bot: Bot,
  group: Users,
  supergroup: Users,
  channel: Megaphone,
}
