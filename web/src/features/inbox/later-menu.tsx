import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fromLocal, toLocal } from '@/shared/lib/dates'
import { laterTimes } from '@/shared/lib/later'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { Field } from '@/shared/ui/field'
import { Input } from '@/shared/ui/input'
import { Menu, MenuContent, MenuItem, MenuLabel, MenuSeparator } from '@/shared/ui/menu'

type LaterProps = {
  anchor: HTMLElement
  title: string
  onPick: (at: string) => void
  onClose: () => void
  /** First in the list: wake up again. */
  lead?: { label: string; run: () => void }
}
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** When a conversation comes back, or a message goes. Mounted while it is open. */
export default function LaterMenu({ anchor, title, onPick, onClose, lead }: LaterProps) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const { time, dateTime } = useFormat()
  const [picking, setPicking] = useState(false)
  if (picking) return <PickTime title={title} onPick={onPick} onClose={onClose} />
  return (
    <Menu open onOpenChange={(o) => !o && !picking && onClose()}>
      <MenuContent anchor={anchor} align="end" finalFocus={() => (anchor.isConnected ? anchor : null)}>
        <MenuLabel>{title}</MenuLabel>
        {lead && <MenuItem onClick={lead.run}>{lead.label}</MenuItem>}
        {laterTimes(Date.now(), user.timeZone).map(({ id, at }) => (
          <MenuItem key={id} onClick={() => onPick(at)}>
            <span className="flex-1">{t(`later.${id}`)}</span>
            <span className="tabular pl-4 text-xs text-subtle">
              {id === 'hour' || id === 'evening' ? time(at) : dateTime(at)}
            </span>
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem closeOnClick={false} onClick={() => setPicking(true)}>
          {t('later.other')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}

function PickTime({ title, onPick, onClose }: Pick<LaterProps, 'title' | 'onPick' | 'onClose'>) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const [value, setValue] = useState(() => toLocal(Date.now() + HOUR_MS, user.timeZone))
  const at = fromLocal(value, user.timeZone)
  const past = at === null || Date.parse(at) < Date.now() + MINUTE_MS
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(o) => !o && onClose()}
      title={title}
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
              if (at && !past) onPick(at)
              onClose()
            }}
          >
            {tc('action.confirm')}
          </Button>
        </>
      }
    >
      <Field label={t('later.when')} hint={user.timeZone} error={past && t('later.past')}>
        <Input
          type="datetime-local"
          value={value}
          min={toLocal(Date.now(), user.timeZone)}
          onChange={(e) => setValue(e.target.value)}
        />
      </Field>
    </Dialog>
  )
}
