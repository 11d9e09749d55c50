import { CirclePause, CirclePlay, CircleStop, Ellipsis } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/shared/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/shared/ui/menu'
import { turnsOf } from './model'
import type { Enrolment } from './types'

const ICONS = { pause: CirclePause, resume: CirclePlay, stop: CircleStop } as const
type Props = { enrolment: Enrolment; name: string; onTurn: (how: 'pause' | 'resume' | 'stop') => void }
/** What can be done about one contact in one campaign. Without anything to do, its room stays. */
export function TurnMenu({ enrolment: e, name, onTurn }: Props) {
  const { t } = useTranslation('campaigns')
  const turns = turnsOf(e)
  if (turns.length === 0) return <span aria-hidden className="size-7 shrink-0 any-pointer-coarse:size-10" />
  return (
    <Menu>
      <MenuTrigger
        render={
          <IconButton label={t('contacts.more', { name })} tip={false} className="any-pointer-coarse:size-10!">
            <Ellipsis size={15} />
          </IconButton>
        }
      />
      <MenuContent align="end">
        {turns.map((how) => {
          const Icon = ICONS[how]
          return (
            <MenuItem key={how} danger={how === 'stop'} onClick={() => onTurn(how)}>
              <Icon size={14} aria-hidden />
              {t(`turn.${how}`)}
            </MenuItem>
          )
        })}
      </MenuContent>
    </Menu>
  )
}
