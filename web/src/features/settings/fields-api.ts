import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { createField, deleteField, updateField } from '@/api/gen/sdk.gen'
import type { CustomField, CustomFieldInput, CustomFieldPatch } from '@/api/gen/types.gen'
import { fieldsKey, type RecordKind, setFields } from '@/shared/fields/fields'
import { moved } from '@/shared/ui/drop-place'
import { toast } from '@/shared/ui/toast'

const must = { throwOnError: true } as const
const read = (qc: QueryClient, kind: RecordKind) => qc.getQueryData<CustomField[]>(fieldsKey(kind)) ?? []

/** Changes of custom fields: shown at once, taken back when refused. */
export function useFieldChanges(kind: RecordKind) {
  const { t } = useTranslation('settings')
  const qc = useQueryClient()
  const refresh = () => void qc.invalidateQueries({ queryKey: fieldsKey(kind) })
  const show = (change: (all: CustomField[]) => CustomField[]) => setFields(qc, kind, change(read(qc, kind)))
  const put = (field: CustomField) => show((all) => all.map((f) => (f.id === field.id ? field : f)))

  /** Throws what the server refused: a form says it where it belongs. */
  const create = async (body: CustomFieldInput) => {
    const { data } = await createField({ body, ...must })
    show((all) => [...all, data])
    toast.success(t('fields.created', { name: data.name }))
    refresh()
  }
  const save = async (field: CustomField, body: CustomFieldPatch) => {
    const { data } = await updateField({ path: { id: field.id }, body, ...must })
    put(data)
    refresh()
  }
  const optimistic = async (
    field: CustomField,
    body: CustomFieldPatch,
    shown: (all: CustomField[]) => CustomField[],
  ) => {
    await qc.cancelQueries({ queryKey: fieldsKey(kind) })
    const before = read(qc, kind)
    show(shown)
    try {
      await updateField({ path: { id: field.id }, body, ...must })
      return true
    } catch (e) {
      setFields(qc, kind, before)
      toast.error(t('fields.notSaved', { name: field.name }), e)
      return false
    } finally {
      refresh()
    }
  }
  const archive = async (field: CustomField, archived: boolean) => {
    const shown = (all: CustomField[]) => all.map((f) => (f.id === field.id ? { ...f, archived } : f))
    if (!(await optimistic(field, { archived }, shown))) return
    const title = t(archived ? 'fields.archivedToast' : 'fields.restoredToast', { name: field.name })
    toast.undo(title, () => void archive(field, !archived))
  }
  /** `to`: the place among those in use. */
  const move = (field: CustomField, to: number) => {
    const active = read(qc, kind).filter((f) => !f.archived)
    const neighbour = active[to]
    if (!neighbour) return
    const all = read(qc, kind)
    const position = all.findIndex((f) => f.id === neighbour.id)
    const from = all.findIndex((f) => f.id === field.id)
    void optimistic(field, { position }, (now) => moved(now, from, position))
  }
  const remove = async (field: CustomField) => {
    const before = read(qc, kind)
    show((all) => all.filter((f) => f.id !== field.id))
    try {
      await deleteField({ path: { id: field.id }, ...must })
      toast.success(t('fields.deleted', { name: field.name }))
    } catch (e) {
      setFields(qc, kind, before)
      toast.error(t('fields.notDeleted', { name: field.name }), e)
    }
    refresh()
  }
  return { create, save, archive, move, remove }
}
export type FieldChanges = ReturnType<typeof useFieldChanges>
