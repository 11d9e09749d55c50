import { Check, CircleAlert, CloudOff, Pencil } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Spinner } from '@/shared/ui/spinner'
import type { SaveStatus as Status } from './draft'
import type { Editing } from './use-draft'

const ICON: Partial<Record<Status, typeof Check>> = {
  saved: Check,
  held: Pencil,
  refused: CircleAlert,
  failed: CloudOff,
}
/** Whether what one sees is what is kept. */
export function SaveStatus({ editing: { status, flush } }: { editing: Editing }) {
  const { t } = useTranslation('campaigns')
  const { t: tc } = useTranslation()
  const Icon = ICON[status]
  const bad = status === 'refused' || status === 'failed'
  return (
    <span
      role="status"
      data-save={status}
      className={`flex items-center gap-1.5 text-xs ${bad ? 'text-danger' : 'text-subtle'}`}
    >
      {Icon ? <Icon size={13} aria-hidden className="shrink-0" /> : <Spinner size={12} />}
      <span className={bad ? undefined : 'max-sm:sr-only'}>{t(`save.${status}`)}</span>
      {status === 'failed' && (
        <Button size="xs" onClick={() => void flush()}>
          {tc('action.retry')}
        </Button>
      )}
    </span>
  )
}
