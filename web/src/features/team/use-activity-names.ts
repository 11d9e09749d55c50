import { useTranslation } from 'react-i18next'
import { type Activity, partsOf } from './activity'

const SHOWN = 4
/** What lines of the activity log are called. A kind of a newer server is shown by its code. */
export function useActivityNames() {
  const { t, i18n } = useTranslation(['audit', 'records', 'pipeline'])
  const known = (key: string) => (i18n.exists(key) ? t(key as 'audit:noun.deal') : null)
  return {
    action: (action: string) => {
      const { noun, verb } = partsOf(action)
      const of = known(`audit:noun.${noun}`) ?? noun
      return verb ? `${of}: ${known(`audit:verb.${verb}`) ?? verb.replaceAll('_', ' ')}` : of
    },
    /** What changed, as far as it has a name on screen. */
    fields: ({ action, fields }: Activity) => {
      const { noun, verb } = partsOf(action)
      if (verb !== 'updated') return ''
      const ns = noun === 'deal' ? 'pipeline' : 'records'
      const names = fields.flatMap((field) => known(`${ns}:field.${field}`) ?? [])
      return names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')}…` : names.join(', ')
    },
  }
}
