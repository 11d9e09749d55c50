import type access from './en/access.json'
import type accounts from './en/accounts.json'
import type audit from './en/audit.json'
import type auth from './en/auth.json'
import type campaigns from './en/campaigns.json'
import type channels from './en/channels.json'
import type common from './en/common.json'
import type dashboard from './en/dashboard.json'
import type fields from './en/fields.json'
import type history from './en/history.json'
import type imports from './en/imports.json'
import type inbox from './en/inbox.json'
import type mail from './en/mail.json'
import type merge from './en/merge.json'
import type notifications from './en/notifications.json'
import type pipeline from './en/pipeline.json'
import type policy from './en/policy.json'
import type records from './en/records.json'
import type recovery from './en/recovery.json'
import type security from './en/security.json'
import type settings from './en/settings.json'
import type shell from './en/shell.json'
import type shortcuts from './en/shortcuts.json'
import type team from './en/team.json'
import type templates from './en/templates.json'
import type timeline from './en/timeline.json'
import type viewing from './en/viewing.json'
import type views from './en/views.json'
import type webhooks from './en/webhooks.json'
import type zones from './en/zones.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: {
      common: typeof common
      auth: typeof auth
      shell: typeof shell
      dashboard: typeof dashboard
      records: typeof records
      imports: typeof imports
      pipeline: typeof pipeline
      settings: typeof settings
      fields: typeof fields
      merge: typeof merge
      views: typeof views
      timeline: typeof timeline
      shortcuts: typeof shortcuts
      notifications: typeof notifications
      webhooks: typeof webhooks
      inbox: typeof inbox
      accounts: typeof accounts
      templates: typeof templates
      channels: typeof channels
      history: typeof history
      recovery: typeof recovery
      security: typeof security
      mail: typeof mail
      access: typeof access
      team: typeof team
      audit: typeof audit
      viewing: typeof viewing
      zones: typeof zones
      campaigns: typeof campaigns
      policy: typeof policy
    }
  }
}
