import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'

/** Texts and formats for cards and rows, which use no hooks of their own: a board shows hundreds of them. */
export type Tools = { t: TFunction<'pipeline'>; fmt: ReturnType<typeof useFormat> }
export function useTools(): Tools {
  const { t } = useTranslation('pipeline')
  const fmt = useFormat()
  return useMemo(() => ({ t, fmt }), [t, fmt])
}
