import { MoveRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Stage } from '@/api/gen/types.gen'
import { useCommand } from '@/shared/commands/commands'
import { Button } from '@/shared/ui/button'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/shared/ui/menu'
import { StageDot } from './stage-dot'

type MoveMenuProps = {
  stages: readonly Stage[]
  onMove: (stage: Stage) => void
  className?: string
  children: ReactNode
}
/** Where chosen deals go; opened by its key, too. */
export function MoveMenu({ stages, onMove, className, children }: MoveMenuProps) {
  const { t } = useTranslation('pipeline')
  const [open, setOpen] = useState(false)
  useCommand({
    id: 'bulk.move',
    label: t('selection.move'),
    icon: MoveRight,
    action: 'stage',
    run: () => setOpen(true),
  })
  return (
    <Menu open={open} onOpenChange={setOpen}>
      <MenuTrigger
        render={
          <Button variant="inverse" className={className}>
            <MoveRight size={14} aria-hidden />
            {children}
          </Button>
        }
      />
      <MenuContent side="top">
        {stages.map((s) => (
          <MenuItem key={s.id} onClick={() => onMove(s)}>
            <StageDot color={s.color} />
            {s.name}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  )
}
