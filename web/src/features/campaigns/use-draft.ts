import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { i18n } from '@/shared/i18n'
import { toast } from '@/shared/ui/toast'
import { api, campaignOptions, keys } from './api'
import { createDraft, type Overlay } from './draft'
import { isOpen } from './model'
import { liveSteps } from './steps-model'
import type { Campaign, StepInput } from './types'

/** A campaign as somebody edits it: what the server has, and over it what was changed since. */
export function useDraft(campaign: Campaign) {
  const qc = useQueryClient()
  const { id } = campaign
  const [draft] = useState(() => {
    const key = campaignOptions(id).queryKey
    return createDraft({
      read: () => qc.getQueryData(key),
      put: (c) => {
        // A page of a running campaign may ask at the same time: its answer is older than this one.
        void qc.cancelQueries({ queryKey: keys.one(id), exact: true })
        qc.setQueryData(key, c)
        void qc.invalidateQueries({ queryKey: keys.lists })
      },
      patch: (body) => api.patch(id, body),
      steps: (steps, version) => api.steps(id, steps, version).then((r) => r.campaign),
      reread: () => qc.refetchQueries({ queryKey: keys.one(id), exact: true }),
      lost: (e) => toast.error(i18n.t('campaigns:notSaved'), e),
    })
  })
  useEffect(() => () => draft.stop(), [draft])
  const { overlay, status, refused } = draft.store()
  return useMemo(() => {
    const { steps, ...rest } = overlay
    const shown: Campaign = { ...campaign, ...rest }
    const shownSteps: StepInput[] = steps ?? liveSteps(campaign.steps)
    return {
      campaign: shown,
      steps: shownSteps,
      status,
      refused,
      change: (patch: Overlay) => draft.change(patch),
      flush: draft.flush,
      mayEdit: isOpen(campaign),
    }
  }, [campaign, overlay, status, refused, draft])
}
export type Editing = ReturnType<typeof useDraft>
