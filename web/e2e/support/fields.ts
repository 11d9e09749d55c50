import type { Page } from '@playwright/test'
import { call } from './api'

export type FieldOf = {
  id: string
  key: string
  name: string
  position: number
  archived: boolean
  options: { id: string; label: string }[]
}
export const addField = (page: Page, data: object) => call<FieldOf>(page, 'POST', '/api/crm/fields', data)
export const fieldsNow = (page: Page, recordType: string) =>
  call<{ items: FieldOf[] }>(page, 'GET', `/api/crm/fields?recordType=${recordType}`).then((r) => r.items)
