import { Archive, Clock, MailOpen, Tag as TagIcon, UserPlus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import type { Actions } from './actions'
import type { OpenTool } from './chat-tools'
import type { Chat } from './types'

type BarProps = {
  chats: readonly Chat[]
  actions: Actions
  onTool: (tool: OpenTool) => void
  onDone: () => void
  onClear: () => void
}
/** What can be done with the chosen conversations. */
export function BulkBar({ chats, actions, onTool, onDone, onClear }: BarProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const mayWrite = useCan('messaging.chats.write')
  return (
    <div
      role="toolbar"
      aria-label={tc('selected', { count: chats.length })}
      className="absolute inset-x-1.5 bottom-3 z-20 flex flex-wrap items-center gap-0.5 rounded-xl bg-inverse p-1.5 text-inverse-fg shadow-pop"
    >
      <span role="status" className="tabular flex-1 px-2 text-xs font-medium whitespace-nowrap">
        {tc('selected', { count: chats.length })}
      </span>
      <Button
        variant="inverse"
        size="icon"
        aria-label={t('markRead')}
        data-tip={t('markRead')}
        onClick={() => void actions.read(chats)}
      >
        <MailOpen size={14} />
      </Button>
      {mayWrite && (
        <>
          {(
            [
              ['assign', UserPlus],
              ['tags', TagIcon],
              ['snooze', Clock],
            ] as const
          ).map(([tool, Icon]) => (
            <Button
              key={tool}
              variant="inverse"
              size="icon"
              aria-label={t(tool)}
              aria-haspopup="dialog"
              data-tip={t(tool)}
              data-bulk={tool}
              onClick={(e) => onTool({ tool, anchor: e.currentTarget })}
            >
              <Icon size={14} />
            </Button>
          ))}
          <Button variant="inverse" size="icon" aria-label={t('done')} data-tip={t('done')} onClick={onDone}>
            <Archive size={14} />
          </Button>
        </>
      )}
      <Button variant="inverse" size="icon" aria-label={tc('action.clear')} onClick={onClear}>
        <X size={14} />
      </Button>
    </div>
  )
}
