import {
  AlignLeft,
  AtSign,
  Braces,
  Briefcase,
  Building2,
  CircleSlash,
  Factory,
  Gauge,
  Globe,
  Link2,
  type LucideIcon,
  MapPin,
  Megaphone,
  Phone,
  Send,
  Tag,
  User,
  UsersRound,
} from 'lucide-react'
import type { Target } from './mapping'

const ICONS: Record<Target, LucideIcon> = {
  name: User,
  firstName: User,
  middleName: User,
  lastName: User,
  jobTitle: Briefcase,
  companyName: Building2,
  industry: Factory,
  size: UsersRound,
  email: AtSign,
  phone: Phone,
  telegramUsername: Send,
  website: Globe,
  linkedinUrl: Link2,
  address: MapPin,
  source: Megaphone,
  tags: Tag,
  description: AlignLeft,
  leadScore: Gauge,
  custom: Braces,
  skip: CircleSlash,
}
export function TargetIcon({ target, size = 14 }: { target: Target; size?: number }) {
  const Icon = ICONS[target]
  return <Icon size={size} strokeWidth={1.8} aria-hidden className="shrink-0 text-subtle" />
}
