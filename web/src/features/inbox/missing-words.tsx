import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { isVariable, keyOf } from './template-model'

/** What nothing is known of that a template says. */
export function MissingWords({ names }: { names: readonly string[] }) {
  const { t } = useTranslation('inbox')
  const { list } = useFormat()
  return t('missing', { names: list(names.map((n) => (isVariable(n) ? t(`variable.${keyOf(n)}`) : n))) })
}
