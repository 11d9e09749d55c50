import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import type { Actions } from './actions'
import type { Chat } from './types'

const LaterMenu = lazy(() => import('./later-menu'))
const AssignPicker = lazy(() => import('./pickers').then((m) => ({ default: m.AssignPicker })))
const MergeDialog = lazy(() => import('./merge-dialog'))
const TagPicker = lazy(() => import('./pickers').then((m) => ({ default: m.TagPicker })))

export type Tool = 'assign' | 'snooze' | 'tags' | 'merge'
export type OpenTool = { tool: Tool; anchor: HTMLElement }
type ToolProps = {
  open: OpenTool | null
  chats: readonly Chat[]
  actions: Actions
  onClose: () => void
  /** They are no longer where they were. */
  onGone: () => void
}
/** The small windows of what can be done with one conversation or several. */
export function ChatTools({ open, chats, actions, onClose, onGone }: ToolProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { dateTime } = useFormat()
  if (!open || chats.length === 0) return null
  const { tool, anchor } = open
  const [only] = chats
  const one = chats.length === 1 ? only : undefined
  const asleep = chats.some((c) => c.state === 'snoozed')
  return (
    <Suspense>
      {tool === 'assign' && (
        <AssignPicker
          anchor={anchor}
          chats={chats}
          onClose={onClose}
          onAssign={(to) => void actions.assign(chats, to)}
        />
      )}
      {tool === 'tags' && (
        <TagPicker
          anchor={anchor}
          value={one?.tags ?? []}
          action={tc(one ? 'action.save' : 'action.add')}
          onClose={onClose}
          onTags={(tags) => void (one ? actions.tag([one], tags) : actions.addTags(chats, tags))}
        />
      )}
      {tool === 'merge' && one && <MergeDialog chat={one} onClose={onClose} />}
      {tool === 'snooze' && (
        <LaterMenu
          anchor={anchor}
          title={t('snooze')}
          lead={
            asleep
              ? {
                  label: t('wake'),
                  run: () => void actions.snooze(chats, null, t('isOpen', { count: chats.length })),
                }
              : undefined
          }
          onPick={(at) => {
            onGone()
            void actions.snooze(chats, at, t('snoozed', { count: chats.length, time: dateTime(at) }))
            onClose()
          }}
          onClose={onClose}
        />
      )}
    </Suspense>
  )
}
