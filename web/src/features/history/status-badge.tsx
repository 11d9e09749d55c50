import { useTranslation } from 'react-i18next'
import type { ChatImportStatus } from '@/api/gen/types.gen'
import { Badge } from '@/shared/ui/badge'
import type { Tone } from '@/shared/ui/tone'

const TONES: Record<ChatImportStatus, Tone> = {
  ready: 'gray',
  running: 'blue',
  completed: 'green',
  failed: 'red',
  reverting: 'violet',
  reverted: 'violet',
}
export function StatusBadge({ status }: { status: ChatImportStatus }) {
  const { t } = useTranslation('history')
  return (
    <Badge tone={TONES[status]} dot className="shrink-0">
      {t(`status.${status}`)}
    </Badge>
  )
}
