import {
  AtSign,
  Bell,
  Building2,
  CalendarX2,
  CirclePause,
  CircleX,
  Download,
  Flag,
  Handshake,
  Hourglass,
  ListChecks,
  type LucideIcon,
  Megaphone,
  MessagesSquare,
  Smartphone,
  Trophy,
  Upload,
  User,
  UserPlus,
  Webhook,
} from 'lucide-react'
import type { Tone } from '@/shared/ui/tone'

/** The sign of a kind. One that this version does not know gets a bell. */
const SIGNS: Record<string, [LucideIcon, Tone]> = {
  mention: [AtSign, 'blue'],
  message: [MessagesSquare, 'blue'],
  'import.completed': [Upload, 'teal'],
  'export.completed': [Download, 'teal'],
  'bulk.completed': [ListChecks, 'violet'],
  'deal.won': [Trophy, 'green'],
  'deal.lost': [CircleX, 'red'],
  'deal.rotting': [Hourglass, 'amber'],
  'campaign.paused': [CirclePause, 'amber'],
  'campaign.not_started': [CalendarX2, 'red'],
  'campaign.finished': [Flag, 'green'],
  'campaign.variant_won': [Trophy, 'violet'],
  'webhook.disabled': [Webhook, 'red'],
  'account.disconnected': [Smartphone, 'amber'],
  'account.signed_out': [Smartphone, 'red'],
  'account.restricted': [Smartphone, 'amber'],
  'account.banned': [Smartphone, 'red'],
  'account.flood': [Hourglass, 'gray'],
}
export const signOf = (kind: string): [LucideIcon, Tone] =>
  SIGNS[kind] ?? (kind.startsWith('assigned.') ? [UserPlus, 'violet'] : [Bell, 'gray'])

export const SUBJECT_ICON: Record<string, LucideIcon> = {
  contact: User,
  company: Building2,
  deal: Handshake,
  chat: MessagesSquare,
  campaign: Megaphone,
  bd_account: Smartphone,
  import: Upload,
  export: Download,
  bulk: ListChecks,
  webhook: Webhook,
}
