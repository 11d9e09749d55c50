import { BellOff, CheckCheck, Clock, MailOpen, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/gen/types.gen'
import { fromLocal, toLocal } from '@/shared/lib/dates'
import { laterTimes } from '@/shared/lib/later'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator, Submenu } from '@/shared/ui/menu'
import type { Actions } from './actions'
import { batchOf, isUnread, mutableOf } from './model'
import type { MenuOf } from './row'
import { useKindName } from './use-kind-name'

type MenuProps = {
  of: MenuOf
  /** Several at once, when some are selected. */
  items: readonly Notification[]
  actions: Actions
  /** What was done took them away: the focus goes on. */
  onDone: () => void
  onClose: () => void
}
/** What can be done with a notification. Mounted while it is open. */
export default function RowMenu({ of: { n, anchor, menu }, items, actions, onDone, onClose }: MenuProps) {
  const { t } = useTranslation('notifications')
  const [picking, setPicking] = useState(false)
  const kind = useKindName()(n.kind)
  const later = useLater(items, actions, onDone)
  const batch = batchOf(n)
  const unread = isUnread(n)
  const muted = mutableOf(n)
  const asleep = items.some((i) => i.snoozedUntil !== null && Date.parse(i.snoozedUntil) > Date.now())
  const times = (
    <>
      {asleep && (
        <MenuItem onClick={() => later(null)}>
          <Clock size={14} aria-hidden />
          {t('wake')}
        </MenuItem>
      )}
      <Times onPick={later} onOther={() => setPicking(true)} />
    </>
  )
  if (picking) return <PickTime onPick={later} onClose={onClose} />
  return (
    <Menu open onOpenChange={(o) => !o && !picking && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => (anchor.isConnected ? anchor : null)}>
        {menu === 'later' ? (
          <>
            <MenuLabel>{t('snooze')}</MenuLabel>
            {times}
          </>
        ) : (
          <>
            <MenuItem
              onClick={() => {
                actions.read(n, unread)
                onDone()
              }}
            >
              {unread ? <CheckCheck size={14} aria-hidden /> : <MailOpen size={14} aria-hidden />}
              {t(unread ? 'markRead' : 'markUnread')}
            </MenuItem>
            <Submenu
              label={
                <>
                  <Clock size={14} aria-hidden />
                  {t('snooze')}
                </>
              }
            >
              {times}
            </Submenu>
            {batch && (
              <MenuItem onClick={() => void actions.undoBatch(batch)}>
                <Undo2 size={14} aria-hidden />
                {t('undoBulk')}
              </MenuItem>
            )}
            <MenuSeparator />
            {muted && (
              <MenuItem
                onClick={() =>
                  actions.mute({ record: { kind: muted.kind, id: muted.id } }, t('mutedRecord', { name: muted.name }))
                }
              >
                <BellOff size={14} aria-hidden />
                <span className="max-w-60 truncate">{t('muteRecord', { name: muted.name })}</span>
              </MenuItem>
            )}
            <MenuItem onClick={() => actions.mute({ kind: n.kind }, t('mutedKind', { kind }))}>
              <BellOff size={14} aria-hidden />
              <span className="max-w-60 truncate">{t('muteKind', { kind })}</span>
            </MenuItem>
          </>
        )}
      </MenuContent>
    </Menu>
  )
}

function useLater(items: readonly Notification[], actions: Actions, onDone: () => void) {
  const { t } = useTranslation('notifications')
  const { dateTime } = useFormat()
  return (until: string | null) => {
    actions.snooze(items, until, until && t('snoozed', { count: items.length, time: dateTime(until) }))
    onDone()
  }
}

function Times({ onPick, onOther }: { onPick: (at: string) => void; onOther: () => void }) {
  const { t } = useTranslation('notifications')
  const { user } = useSession()
  const { time, dateTime } = useFormat()
  return (
    <>
      {laterTimes(Date.now(), user.timeZone).map(({ id, at }) => (
        <MenuItem key={id} onClick={() => onPick(at)}>
          <span className="flex-1">{t(`later.${id}`)}</span>
          <span className="tabular pl-4 text-xs text-subtle">
            {id === 'hour' || id === 'evening' ? time(at) : dateTime(at)}
          </span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem closeOnClick={false} onClick={onOther}>
        {t('later.other')}
      </MenuItem>
    </>
  )
}

function PickTime({ onPick, onClose }: { onPick: (at: string) => void; onClose: () => void }) {
  const { t } = useTranslation('notifications')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const soonest = toLocal(Date.now(), user.timeZone)
  const [text, setText] = useState(() => toLocal(Date.now() + 86_400_000, user.timeZone))
  const at = fromLocal(text, user.timeZone)
  const past = !at || Date.parse(at) <= Date.now()
  return (
    <Dialog
      open
      size="sm"
      title={t('snooze')}
      onOpenChange={(o) => !o && onClose()}
      footer={
        <>
          <Button size="md" onClick={onClose}>
            {tc('action.cancel')}
          </Button>
          <Button
            size="md"
            variant="primary"
            disabled={past}
            onClick={() => {
              if (at) onPick(at)
              onClose()
            }}
          >
            {t('snooze')}
          </Button>
        </>
      }
    >
      <Field label={t('later.when')} error={past && t('later.past')}>
        <Input type="datetime-local" min={soonest} value={text} onChange={(e) => setText(e.target.value)} />
      </Field>
    </Dialog>
  )
}
