import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { globalSearchOptions } from '@/api/gen/@tanstack/react-query.gen'
import { Button } from './button'

/** A search that finds nothing may hold a slip of the finger: offers what there is near it. */
export function Meant({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation()
  const { data } = useQuery({ ...globalSearchOptions({ query: { q } }), staleTime: 10_000, retry: false })
  const corrected = data?.corrected
  if (!corrected) return null
  return (
    <Button variant="primary" size="md" onClick={() => onSearch(corrected)}>
      {t('ui.meant', { corrected })}
    </Button>
  )
}
