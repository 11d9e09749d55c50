import {
  AlignLeft,
  AtSign,
  Ban,
  Braces,
  BriefcaseBusiness,
  Building2,
  CalendarPlus,
  Clock,
  Earth,
  Factory,
  Flame,
  Globe,
  Hash,
  Link2,
  type LucideIcon,
  Mail,
  MapPin,
  Phone,
  Route,
  Send,
  Tag,
  User,
  Users,
} from 'lucide-react'
import { lazyKindIcon } from '@/shared/fields/lazy-kind-icon'
import type { Permission } from '@/shared/session/session'
import type { BuiltInId, CrmRecord, Field, Kind } from './fields'

/** Where a kind of record lives and how it looks. */
export const KINDS = {
  contact: { path: '/contacts', page: '/contacts/$id', icon: Users, texts: 'contacts' },
  company: { path: '/companies', page: '/companies/$id', icon: Building2, texts: 'companies' },
} as const

type Verb = 'read' | 'write' | 'delete' | 'purge' | 'import' | 'export' | 'bulk' | 'merge'
export const permission = (kind: Kind, verb: Verb): Permission => `crm.${KINDS[kind].texts}.${verb}`

const ICONS: Record<BuiltInId, LucideIcon> = {
  name: User,
  firstName: User,
  middleName: User,
  lastName: User,
  jobTitle: BriefcaseBusiness,
  companyId: Building2,
  ownerId: AtSign,
  emails: Mail,
  phones: Phone,
  timeZone: Earth,
  telegramUsername: Send,
  website: Globe,
  linkedinUrl: Link2,
  source: Route,
  tags: Tag,
  description: AlignLeft,
  leadScore: Flame,
  doNotContact: Ban,
  custom: Braces,
  industry: Factory,
  size: Hash,
  address: MapPin,
  contactCount: Users,
  createdAt: CalendarPlus,
  updatedAt: Clock,
}

export const iconOf = ({ id, custom }: Pick<Field, 'id' | 'custom'>): LucideIcon =>
  custom ? lazyKindIcon(custom.kind) : ICONS[id as BuiltInId]

/** The second line under a name. */
export function subtitleOf(kind: Kind, r: CrmRecord): string {
  return (kind === 'contact' ? [r.jobTitle, r.companyName] : [r.industry, r.size]).filter(Boolean).join(' · ')
}
