import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { api, campaignOptions, keys } from './api'
import { turned } from './model'
import type { Campaign, Cursored, Enrolment, NewCampaign } from './types'

export function putCampaign(qc: QueryClient, c: Campaign) {
  qc.setQueryData(campaignOptions(c.id).queryKey, c)
}
/** What is known of it is asked again. */
export function refresh(qc: QueryClient, id: string) {
  for (const queryKey of [keys.lists, keys.stats(id), keys.log(id), keys.enrolments(id), keys.plan(id)])
    void qc.invalidateQueries({ queryKey })
}
type Turn = 'unschedule' | 'pause' | 'resume' | 'finish'
const AFTER: Record<Turn, Campaign['state']> = {
  unschedule: 'draft',
  pause: 'paused',
  resume: 'running',
  finish: 'finished',
}

/** Changes of a campaign: shown at once, taken back when refused. */
export function useCampaignChanges() {
  const { t } = useTranslation('campaigns')
  const qc = useQueryClient()
  return useMemo(() => {
    /** Shows `next`, then what the server made of it. */
    const run = async (before: Campaign, next: Campaign, what: () => Promise<Campaign>, not: string) => {
      await qc.cancelQueries({ queryKey: keys.one(before.id) })
      putCampaign(qc, next)
      try {
        putCampaign(qc, await what())
        refresh(qc, before.id)
        return true
      } catch (e) {
        putCampaign(qc, before)
        void qc.invalidateQueries({ queryKey: keys.one(before.id) })
        toast.error(not, e)
        return false
      }
    }
    return {
      /** Throws what was refused: the form says it where it belongs. */
      create: async (body: NewCampaign) => {
        const made = await api.create(body)
        putCampaign(qc, made)
        void qc.invalidateQueries({ queryKey: keys.lists })
        return made
      },
      duplicate: async (c: Campaign) => {
        try {
          const made = await api.duplicate(c.id)
          putCampaign(qc, made)
          void qc.invalidateQueries({ queryKey: keys.lists })
          toast.success(t('duplicated'))
          return made
        } catch (e) {
          toast.error(t('notDuplicated'), e)
          return null
        }
      },
      archive: async (c: Campaign) => {
        try {
          await api.archive(c.id)
          putCampaign(qc, { ...c, state: 'archived' })
          refresh(qc, c.id)
          void qc.invalidateQueries({ queryKey: keys.one(c.id) })
          toast.success(t('archived'))
          return true
        } catch (e) {
          toast.error(t('notArchived'), e)
          return false
        }
      },
      turn: async (c: Campaign, how: Turn) => {
        const done = await run(
          c,
          { ...c, state: AFTER[how], pauseReason: how === 'pause' ? 'manual' : null },
          () => api.turn(c.id, how),
          t(`notTurned.${how}`),
        )
        if (done && how === 'pause')
          toast.undo(
            t('turned.pause'),
            () =>
              void api.turn(c.id, 'resume').then(
                (x) => putCampaign(qc, x),
                (e: unknown) => toast.error(t('notTurned.resume'), e),
              ),
          )
        else if (done) toast.success(t(`turned.${how}`))
        return done
      },
      holdSender: (c: Campaign, accountId: string, on: boolean) =>
        run(
          c,
          {
            ...c,
            heldAccountIds: on ? [...c.heldAccountIds, accountId] : c.heldAccountIds.filter((a) => a !== accountId),
          },
          () => api.part(c.id, 'senders', accountId, on ? 'pause' : 'resume'),
          t('notHeld'),
        ),
      holdStep: (c: Campaign, stepId: string, on: boolean) =>
        run(
          c,
          { ...c, steps: c.steps.map((s) => (s.id === stepId ? { ...s, held: on } : s)) },
          () => api.part(c.id, 'steps', stepId, on ? 'pause' : 'resume'),
          t('notHeld'),
        ),
      /** Throws what was refused. */
      start: async (c: Campaign, confirm: string) => {
        putCampaign(qc, await api.start(c.id, confirm, c.version))
        refresh(qc, c.id)
      },
      schedule: async (c: Campaign, startsAt: string) => {
        putCampaign(qc, await api.schedule(c.id, startsAt, c.version))
        refresh(qc, c.id)
      },
    }
  }, [qc, t])
}
export type CampaignChanges = ReturnType<typeof useCampaignChanges>

/** Stops, pauses or resumes one contact, in every list it stands in. */
export async function turnEnrolment(qc: QueryClient, e: Enrolment, how: 'pause' | 'resume' | 'stop') {
  const campaignId = e.campaign?.id ?? ''
  const put = (next: Enrolment) => {
    const swap = (all: Enrolment[]) => all.map((x) => (x.id === next.id ? next : x))
    qc.setQueriesData<InfiniteData<Cursored<Enrolment>>>(
      { queryKey: keys.enrolments(campaignId) },
      (d) => d && { ...d, pages: d.pages.map((p) => ({ ...p, items: swap(p.items) })) },
    )
    if (e.contact)
      qc.setQueryData<{ enrolments: Enrolment[] }>(
        keys.ofContact(e.contact.id),
        (d) => d && { ...d, enrolments: swap(d.enrolments) },
      )
  }
  await qc.cancelQueries({ queryKey: keys.enrolments(campaignId) })
  put(turned(e, how, new Date().toISOString()))
  try {
    put(await api.turnEnrolment(e.id, how))
    if (how === 'stop')
      toast.undo(i18n.t('campaigns:enrolmentStopped', { name: e.contact?.name ?? '' }), () => {
        void turnEnrolment(qc, { ...e, state: 'stopped', cause: 'manual' }, 'resume')
      })
  } catch (error) {
    put(e)
    toast.error(i18n.t('campaigns:enrolmentNotTurned'), error)
  }
  refresh(qc, campaignId)
  if (e.contact) void qc.invalidateQueries({ queryKey: keys.ofContact(e.contact.id) })
}
