import { useTranslation } from 'react-i18next'
import type { AuditLine } from './api'
import { partsOfAction } from './model'

/** What lines are called. A kind of a newer server is shown by its code. */
export function useAuditNames() {
  const { t, i18n } = useTranslation('audit')
  const or = (key: string, code: string) => (i18n.exists(`audit:${key}`) ? t(key as 'noun.deal') : code)
  const noun = (kind: string) => or(`noun.${kind}`, kind)
  return {
    noun,
    action: (action: string) => {
      const { noun: of, verb } = partsOfAction(action)
      return verb ? `${noun(of)}: ${or(`verb.${verb}`, verb.replaceAll('_', ' '))}` : noun(of)
    },
    actor: ({ kind, name }: AuditLine['actor']) =>
      name ? (kind === 'api_key' ? t('actorKey', { name }) : name) : or(`actor.${kind}`, kind),
    subject: ({ kind, ids }: AuditLine['subject']) =>
      ids.length > 1 ? `${noun(kind)} · ${t('records', { count: ids.length })}` : noun(kind),
  }
}
