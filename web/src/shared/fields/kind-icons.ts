import {
  AlignLeft,
  AtSign,
  Banknote,
  CalendarDays,
  CircleDot,
  CircleUser,
  Hash,
  Link2,
  ListChecks,
  type LucideIcon,
  Phone,
  SquareCheck,
  Type,
  Waypoints,
} from 'lucide-react'
import type { FieldKind } from './fields'

export const KIND_ICONS: Record<FieldKind, LucideIcon> = {
  text: Type,
  longText: AlignLeft,
  number: Hash,
  money: Banknote,
  date: CalendarDays,
  select: CircleDot,
  multiSelect: ListChecks,
  checkbox: SquareCheck,
  url: Link2,
  email: AtSign,
  phone: Phone,
  user: CircleUser,
  relation: Waypoints,
}
