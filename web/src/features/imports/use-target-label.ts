import { useTranslation } from 'react-i18next'
import type { RecordType } from '@/api/gen/types.gen'
import type { Target } from './mapping'

/** What a field is called: the name of a company is no “full name”. */
export function useTargetLabel(type: RecordType) {
  const { t } = useTranslation('imports')
  return (target: Target) => (target === 'name' && type === 'company' ? t('companyName') : t(`target.${target}`))
}
