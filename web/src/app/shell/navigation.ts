import { Bell, Building2, Handshake, Home, type LucideIcon, Settings, Trash2, Upload, Users } from 'lucide-react'
import type { Permission } from '@/shared/session/session'

type NavItem = {
  id: 'dashboard' | 'notifications' | 'contacts' | 'companies' | 'pipeline' | 'import' | 'trash' | 'settings'
  to: '/' | '/notifications' | '/contacts' | '/companies' | '/pipeline' | '/import' | '/trash' | '/settings'
  icon: LucideIcon
  needs?: Permission
}
const home: NavItem = { id: 'dashboard', to: '/', icon: Home }
const notifications: NavItem = { id: 'notifications', to: '/notifications', icon: Bell }
const contacts: NavItem = { id: 'contacts', to: '/contacts', icon: Users, needs: 'crm.contacts.read' }
const companies: NavItem = { id: 'companies', to: '/companies', icon: Building2, needs: 'crm.companies.read' }
const pipeline: NavItem = { id: 'pipeline', to: '/pipeline', icon: Handshake, needs: 'crm.deals.read' }
const importing: NavItem = { id: 'import', to: '/import', icon: Upload, needs: 'crm.contacts.import' }
const trash: NavItem = { id: 'trash', to: '/trash', icon: Trash2, needs: 'crm.contacts.read' }
export const settings: NavItem = { id: 'settings', to: '/settings', icon: Settings }

export const GROUPS = [
  { id: null, items: [home] },
  { id: 'records', items: [companies, contacts, pipeline] },
  { id: 'data', items: [importing, trash] },
] as const
/** The phone's bar; what else there is lies behind “More”. */
export const TABS = [home, contacts, pipeline]
export const MORE = [notifications, companies, importing, trash, settings]
export const ALL = [home, notifications, contacts, companies, pipeline, importing, trash, settings]
export type { NavItem }
