import {
  Bell,
  Building2,
  Handshake,
  Home,
  type LucideIcon,
  Megaphone,
  MessagesSquare,
  Settings,
  Smartphone,
  Trash2,
  Upload,
  Users,
  UsersRound,
} from 'lucide-react'
import type { Permission } from '@/shared/session/session'

type NavItem = {
  id:
    | 'dashboard'
    | 'notifications'
    | 'inbox'
    | 'contacts'
    | 'companies'
    | 'pipeline'
    | 'campaigns'
    | 'accounts'
    | 'team'
    | 'import'
    | 'trash'
    | 'settings'
  to:
    | '/'
    | '/notifications'
    | '/inbox'
    | '/contacts'
    | '/companies'
    | '/pipeline'
    | '/campaigns'
    | '/accounts'
    | '/team'
    | '/import'
    | '/trash'
    | '/settings'
  icon: LucideIcon
  needs?: Permission
}
const home: NavItem = { id: 'dashboard', to: '/', icon: Home }
const notifications: NavItem = { id: 'notifications', to: '/notifications', icon: Bell }
const inbox: NavItem = { id: 'inbox', to: '/inbox', icon: MessagesSquare, needs: 'messaging.chats.read' }
const contacts: NavItem = { id: 'contacts', to: '/contacts', icon: Users, needs: 'crm.contacts.read' }
const companies: NavItem = { id: 'companies', to: '/companies', icon: Building2, needs: 'crm.companies.read' }
const pipeline: NavItem = { id: 'pipeline', to: '/pipeline', icon: Handshake, needs: 'crm.deals.read' }
const campaigns: NavItem = { id: 'campaigns', to: '/campaigns', icon: Megaphone, needs: 'campaigns.read' }
const accounts: NavItem = { id: 'accounts', to: '/accounts', icon: Smartphone, needs: 'bd.accounts.read' }
const team: NavItem = { id: 'team', to: '/team', icon: UsersRound, needs: 'team.members.read' }
const importing: NavItem = { id: 'import', to: '/import', icon: Upload, needs: 'crm.contacts.import' }
const trash: NavItem = { id: 'trash', to: '/trash', icon: Trash2, needs: 'crm.contacts.read' }
export const settings: NavItem = { id: 'settings', to: '/settings', icon: Settings }

export const GROUPS = [
  { id: null, items: [home, inbox] },
  { id: 'records', items: [companies, contacts, pipeline] },
  { id: 'outreach', items: [campaigns, accounts] },
  { id: 'people', items: [team] },
  { id: 'data', items: [importing, trash] },
] as const
/** The phone's bar has room for the last three of these that somebody may see; the rest lies behind “More”. */
const TABS = [home, inbox, contacts, pipeline]
const MORE = [
  home,
  notifications,
  inbox,
  contacts,
  companies,
  pipeline,
  campaigns,
  accounts,
  team,
  importing,
  trash,
  settings,
]
export function phonePlaces(may: (item: NavItem) => boolean) {
  const tabs = TABS.filter(may).slice(-3)
  return { tabs, more: MORE.filter((i) => may(i) && !tabs.includes(i)) }
}
export const ALL = [
  home,
  notifications,
  inbox,
  contacts,
  companies,
  pipeline,
  campaigns,
  accounts,
  team,
  importing,
  trash,
  settings,
]
export type { NavItem }
