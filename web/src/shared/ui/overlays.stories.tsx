import type { Meta, StoryObj } from '@storybook/react-vite'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button'
import { confirm } from './confirm'
import { Dialog } from './dialog'
import { Drawer } from './drawer'
import { IconButton } from './icon-button'
import { Menu, MenuContent, MenuItem, MenuTrigger, Submenu } from './menu'
import { Popover } from './popover'
import { toast } from './toast'

const meta = { title: 'UI/Overlays' } satisfies Meta
export default meta

function All() {
  const [dialog, setDialog] = useState(false)
  const [side, setSide] = useState<'right' | 'bottom' | null>(null)
  const ask = () => void confirm({ title: 'Delete for good?', action: 'Delete', danger: true, typed: 'Acme' })
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setDialog(true)}>Dialog</Button>
      <Button onClick={() => setSide('right')}>Drawer</Button>
      <Button onClick={() => setSide('bottom')}>Sheet</Button>
      <Button onClick={ask}>Confirm</Button>
      <Button onClick={() => toast.undo('Contact deleted', () => {})}>Toast</Button>
      <IconButton label="Delete" keys="⌫">
        <Trash2 size={15} />
      </IconButton>
      <Popover label="Filter" trigger={<Button>Popover</Button>}>
        Body
      </Popover>
      <Menu>
        <MenuTrigger render={<Button>Menu</Button>} />
        <MenuContent>
          <MenuItem>Edit</MenuItem>
          <Submenu label="Assign">
            <MenuItem>Anna</MenuItem>
          </Submenu>
          <MenuItem danger>
            <Trash2 size={14} /> Delete
          </MenuItem>
        </MenuContent>
      </Menu>
      <Dialog
        open={dialog}
        onOpenChange={setDialog}
        title="New contact"
        footer={<Button variant="primary">Save</Button>}
      >
        Body
      </Dialog>
      <Drawer open={side !== null} onOpenChange={() => setSide(null)} title="Anna Kowalska" side={side ?? 'right'}>
        Body
      </Drawer>
    </div>
  )
}
export const Everything: StoryObj = { render: () => <All /> }
