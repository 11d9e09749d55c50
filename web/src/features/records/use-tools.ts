import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import type { Tools } from './cells'

/** Texts and formats for cells, which use no hooks. */
export function useTools(): Tools {
  const { t } = useTranslation('records')
  const fmt = useFormat()
  return useMemo(() => ({ t, fmt }), [t, fmt])
}
