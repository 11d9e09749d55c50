import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { send } from '@/shared/api/call'
import { toast } from '@/shared/ui/toast'
import { keys } from './api'
import type { Template } from './types'

export type TemplateInput = Pick<Template, 'name' | 'shortcut' | 'text' | 'shared'>
const URL = '/api/messaging/templates'

/** Changes of templates. A form says itself what the server refused. */
export function useTemplateChanges() {
  const { t } = useTranslation('templates')
  const qc = useQueryClient()
  const put = (how: (all: Template[]) => Template[]) =>
    qc.setQueryData<Template[]>(keys.templates, (all) => all && how(all))
  const refresh = () => void qc.invalidateQueries({ queryKey: keys.templates })
  const create = async (body: TemplateInput) => {
    const made = await send<Template>('POST', URL, body)
    put((all) => [...all, made])
    refresh()
  }
  return {
    create,
    save: async (template: Template, body: TemplateInput) => {
      const saved = await send<Template>('PATCH', `${URL}/${template.id}`, { ...body, version: template.version })
      put((all) => all.map((x) => (x.id === saved.id ? saved : x)))
      refresh()
    },
    remove: async (template: Template) => {
      put((all) => all.filter((x) => x.id !== template.id))
      try {
        await send('DELETE', `${URL}/${template.id}`)
        const { name, shortcut, text, shared } = template
        toast.undo(t('deleted', { name }), () => {
          create({ name, shortcut, text, shared }).catch((e: unknown) => toast.error(t('notSaved'), e))
        })
      } catch (e) {
        toast.error(t('notDeleted'), e)
      }
      refresh()
    },
  }
}
export type TemplateChanges = ReturnType<typeof useTemplateChanges>
