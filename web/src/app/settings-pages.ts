import { notFound } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { loadTexts, type Namespace } from '@/shared/i18n'

/** What a page of the settings may have in its address besides its name. */
export type PageProps = {
  search: Record<string, unknown>
  onSearch: (search: Record<string, unknown>, how?: { replace?: boolean }) => void
}
type Part = { texts: readonly Namespace[]; page: () => Promise<ComponentType<PageProps>> }
const part = (texts: readonly Namespace[], page: Part['page']): Part => ({ texts, page })

/**
 * Pages of the settings that need no route of their own: every page of the app carries the list of all routes, this
 * one comes with the settings.
 */
const PAGES: Record<string, Part> = {
  templates: part(['templates'], () => import('@/features/inbox/templates-page').then((m) => m.TemplatesPage)),
  'contact-policy': part(['policy'], () => import('@/features/campaigns/policy-page').then((m) => m.PolicyPage)),
  channels: part(['channels'], () => import('@/features/channels/channels-page').then((m) => m.ChannelsPage)),
  roles: part(['access'], () => import('@/features/roles/roles-page').then((m) => m.RolesPage)),
  'api-keys': part(['access'], () => import('@/features/api-keys/keys-page').then((m) => m.KeysPage)),
  audit: part(['audit'], () => import('@/features/audit/audit-page').then((m) => m.AuditPage)),
  mail: part(['mail'], () => import('@/features/mail/mail-page').then((m) => m.MailPage)),
}

/** The page and its texts, or that there is none of this name. */
export async function loadPage(name: string): Promise<{ Page: ComponentType<PageProps> }> {
  const found = Object.hasOwn(PAGES, name) && PAGES[name]
  if (!found) throw notFound()
  const [Page] = await Promise.all([found.page(), loadTexts(...found.texts)])
  return { Page }
}
