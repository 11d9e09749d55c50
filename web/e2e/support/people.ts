import type { Browser, Page, TestInfo } from '@playwright/test'
import { call, type Person, signUp } from './api'
import { quoted, write } from './database'

/**
 * Somebody else in the organization of `host`, at a window of their own. Nobody can be invited yet, so the membership is
 * written where the server keeps it.
 */
export async function colleague(browser: Browser, info: TestInfo, host: Person, name = 'Anna Petrova'): Promise<Page> {
  const context = await browser.newContext(info.project.use)
  const page = await context.newPage()
  const guest = await signUp(page, { name, organizationName: 'Elsewhere' })
  write(`insert into memberships (org_id, user_id, roles, created_at)
       select m.org_id, guest.id, '["admin"]', m.created_at from memberships m
       join users host on host.id = m.user_id and host.email = ${quoted(host.email)}
       join users guest on guest.email = ${quoted(guest.email)}`)
  await call(page, 'POST', `/api/auth/organizations/${host.organizationId}/switch`)
  return page
}
