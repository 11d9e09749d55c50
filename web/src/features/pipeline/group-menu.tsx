import { Rows3 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Menu, MenuContent, MenuRadio, MenuRadioGroup, MenuTrigger } from '@/shared/ui/menu'
import type { GroupBy } from './lanes'

const NONE = 'none'
const GROUPS = [NONE, 'owner', 'source'] as const
type MenuProps = { value: GroupBy | undefined; onValue: (v: GroupBy | undefined) => void }
/** Lanes across the board. */
export default function GroupMenu({ value, onValue }: MenuProps) {
  const { t } = useTranslation('pipeline')
  return (
    <Menu>
      <MenuTrigger
        render={
          <Button variant="ghost" className={value && 'bg-active text-fg!'}>
            <Rows3 size={14} aria-hidden />
            {value ? t(`lanes.by.${value}`) : t('lanes.title')}
          </Button>
        }
      />
      <MenuContent>
        <MenuRadioGroup
          value={value ?? NONE}
          onValueChange={(v: (typeof GROUPS)[number]) => onValue(v === NONE ? undefined : v)}
        >
          {GROUPS.map((g) => (
            <MenuRadio key={g} value={g} closeOnClick>
              {t(`lanes.by.${g}`)}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
