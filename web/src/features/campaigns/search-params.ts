import { compact, readText } from '@/shared/lib/address'
import type { CampaignState, EnrolmentState, StopCause } from './types'

/** What of campaigns is in the address. */
export const LIST_STATES = ['running', 'paused', 'scheduled', 'draft', 'finished', 'archived'] as const
export type ListSearch = { state?: CampaignState; q?: string; new?: true }
const isOne = <T extends string>(all: readonly T[], v: unknown): v is T => all.includes(v as T)
const isOn = (v: unknown) => v === true || v === 1 || v === '1' || v === 'true'

export const listSearch = (raw: Record<string, unknown>): ListSearch =>
  compact({
    state: isOne(LIST_STATES, raw['state']) ? raw['state'] : undefined,
    q: readText(raw['q'], 200),
    new: isOn(raw['new']) ? (true as const) : undefined,
  })

/** Of one that runs: what is shown of it. */
export const TABS = ['overview', 'contacts', 'log', 'setup'] as const
export type Tab = (typeof TABS)[number]
/** Of a draft: where one is. */
export const SECTIONS = ['audience', 'senders', 'steps', 'variants', 'schedule', 'check', 'rehearse'] as const
export type Section = (typeof SECTIONS)[number]
export const ENROLMENT_STATES = ['waiting', 'sending', 'paused', 'finished', 'stopped'] as const
const CAUSES = ['replied', 'opted_out', 'stage', 'deleted', 'manual', 'policy', 'failed', 'step'] as const
export type CampaignSearch = {
  tab?: Tab
  at?: Section
  state?: EnrolmentState
  cause?: StopCause
  step?: string
  account?: string
}
export const campaignSearch = (raw: Record<string, unknown>): CampaignSearch =>
  compact({
    tab: isOne(TABS, raw['tab']) && raw['tab'] !== 'overview' ? raw['tab'] : undefined,
    at: isOne(SECTIONS, raw['at']) ? raw['at'] : undefined,
    state: isOne(ENROLMENT_STATES, raw['state']) ? raw['state'] : undefined,
    cause: isOne(CAUSES, raw['cause']) ? raw['cause'] : undefined,
    step: readText(raw['step'], 40),
    account: readText(raw['account'], 40),
  })
