import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Deal, DealPatch } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { toast } from '@/shared/ui/toast'
import { api, dealOptions, keys, refreshBoards } from './api'

/** One deal, and changes of it: shown at once, taken back when refused. */
export function useDeal(id: string) {
  const { t } = useTranslation('pipeline')
  const qc = useQueryClient()
  const q = useQuery(dealOptions(id))
  const key = keys.deal(id)
  const save = async (body: DealPatch, show: Partial<Deal>) => {
    const before = qc.getQueryData<Deal>(key)
    if (!before) return
    await qc.cancelQueries({ queryKey: key })
    qc.setQueryData<Deal>(key, { ...before, ...show })
    try {
      qc.setQueryData(key, await api.updateDeal(id, { ...body, version: before.version }))
    } catch (e) {
      const current = isApiError(e) && e.status === 409 ? (e.conflict?.current as Deal | undefined) : undefined
      qc.setQueryData(key, current ?? before)
      toast.error(
        t(current ? 'deal.changedMeanwhile' : 'deal.notSaved', { title: before.title }),
        current ? undefined : e,
      )
    }
    refreshBoards(qc)
  }
  const remove = async () => {
    const deal = qc.getQueryData<Deal>(key)
    try {
      await api.deleteDeal(id)
      toast.undo(t('deal.deleted', { title: deal?.title ?? '' }), () => void restore())
    } catch (e) {
      toast.error(t('deal.notDeleted', { title: deal?.title ?? '' }), e)
    }
    void qc.invalidateQueries({ queryKey: key })
    refreshBoards(qc)
  }
  const restore = async () => {
    try {
      qc.setQueryData(key, await api.restoreDeal(id))
    } catch (e) {
      toast.error(t('deal.notRestored'), e)
    }
    refreshBoards(qc)
  }
  return { ...q, save, remove, restore }
}
