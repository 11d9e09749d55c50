import { useTranslation } from 'react-i18next'
import { Select } from '@/shared/ui/select'
import { useAccounts } from './queues'
import type { InboxSearch } from './search-params'

type SelectProps = { search: InboxSearch; onSearch: (patch: Partial<InboxSearch>) => void }
/** Which account, where there is no pane for them. */
export default function AccountSelect({ search, onSearch }: SelectProps) {
  const { t } = useTranslation('inbox')
  const accounts = useAccounts()
  return (
    <Select
      aria-label={t('account')}
      value={search.account ?? ''}
      onValueChange={(v) => onSearch({ account: v || undefined })}
      options={[{ value: '', label: t('allAccounts') }, ...accounts.map((a) => ({ value: a.id, label: a.name }))]}
    />
  )
}
