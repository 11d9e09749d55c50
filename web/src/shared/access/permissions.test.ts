import { expect, it } from 'vitest'
import { i18n } from '@/shared/i18n'
import { areasOf, partsOf } from './permissions'

/** Every permission of the server, as contracts/src/permissions.rs and the agreement have them. */
const ALL = [
  ...['contacts', 'companies'].flatMap((t) =>
    ['read', 'write', 'delete', 'purge', 'import', 'export', 'bulk', 'merge'].map((v) => `crm.${t}.${v}`),
  ),
  ...['read', 'write', 'delete', 'purge', 'import', 'export', 'bulk'].map((v) => `crm.deals.${v}`),
  ...['crm.notes.read', 'crm.notes.write', 'crm.fields.write', 'crm.views.share'],
  ...['pipeline.pipelines.read', 'pipeline.pipelines.write'],
  ...['messaging.chats.read', 'messaging.chats.write', 'messaging.chats.import'],
  ...['messaging.messages.send', 'messaging.templates.share'],
  ...['campaigns.read', 'campaigns.write', 'campaigns.start'],
  ...['bd.accounts.read', 'bd.accounts.write', 'bd.accounts.purchase'],
  ...['team.members.read', 'team.members.write', 'team.roles.write', 'team.teams.write'],
  ...['org.settings.write', 'api.webhooks.read', 'api.webhooks.write', 'api.keys.write', 'audit.read', 'audit.export'],
]

it('puts every permission into one cell of one area', () => {
  const areas = areasOf(ALL)
  expect(areas.map((a) => [a.id, a.reach, a.resources.length])).toEqual([
    ['clients', 'clients', 6],
    ['deals', 'deals', 2],
    ['chats', 'chats', 3],
    ['accounts', 'accounts', 1],
    ['administration', null, 7],
  ])
  const cells = areas.flatMap((a) => a.resources.flatMap((r) => r.actions.map((action) => `${r.id}.${action}`)))
  expect(cells.toSorted()).toEqual(ALL.toSorted())
  expect(areas[0]?.actions.slice(0, 4)).toEqual(['read', 'write', 'delete', 'purge'])
})
it('keeps what a newer server has, at the end', () => {
  const areas = areasOf(['billing.invoices.fly', 'crm.contacts.teleport', 'crm.contacts.read'])
  expect(areas.map((a) => a.id)).toEqual(['clients', 'other'])
  expect(areas[0]?.actions).toEqual(['read', 'teleport'])
  expect(partsOf('audit.read')).toEqual({ resource: 'audit', action: 'read' })
})
it('every permission has a name people can read', () => {
  for (const p of ALL) {
    const { resource, action } = partsOf(p)
    for (const key of [`permission.${p}`, `resource.${resource}`, `action.${action}`])
      expect(i18n.exists(`access:${key}`), key).toBe(true)
  }
})
