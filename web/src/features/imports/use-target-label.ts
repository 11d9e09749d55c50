import { useTranslation } from 'react-i18next'
import type { FieldRecordType } from '@/api/gen/types.gen'
import type { Target } from './mapping'

/** What a field is called: the name of a company is no “full name”, the e-mail of a deal is its contact’s. */
export function useTargetLabel(type: FieldRecordType) {
  const { t } = useTranslation('imports')
  return (target: Target) => {
    if (type === 'company' && target === 'name') return t('companyName')
    if (type === 'deal' && (target === 'email' || target === 'phone')) return t(`ofContact.${target}`)
    return t(`target.${target}`)
  }
}
