import {
  Bookmark,
  Building2,
  CalendarDays,
  Clock,
  Flag,
  Flame,
  Globe,
  Heart,
  Inbox,
  type LucideIcon,
  Rocket,
  Star,
  Target,
  Users,
  Wallet,
  Zap,
} from 'lucide-react'

/** The signs a view may carry; the server keeps the name. A chunk of its own: most views have the plain one. */
export const VIEW_ICONS = {
  bookmark: Bookmark,
  star: Star,
  flame: Flame,
  clock: Clock,
  calendar: CalendarDays,
  target: Target,
  flag: Flag,
  heart: Heart,
  zap: Zap,
  rocket: Rocket,
  users: Users,
  building: Building2,
  wallet: Wallet,
  globe: Globe,
  inbox: Inbox,
} as const satisfies Record<string, LucideIcon>
export type ViewIconId = keyof typeof VIEW_ICONS
export const isViewIcon = (v: string | null | undefined): v is ViewIconId => !!v && v in VIEW_ICONS

export default function Glyph({ icon, size }: { icon: string; size: number }) {
  const Icon = isViewIcon(icon) ? VIEW_ICONS[icon] : Bookmark
  return <Icon size={size} strokeWidth={1.9} className="shrink-0" aria-hidden />
}
