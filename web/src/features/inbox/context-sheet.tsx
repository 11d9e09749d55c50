import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Drawer } from '@/shared/ui/drawer'

type SheetProps = { side: 'right' | 'bottom'; onClose: () => void; children: ReactNode }
/** Where the page has no room for it: who it is, over the thread. */
export default function ContextSheet({ side, onClose, children }: SheetProps) {
  const { t } = useTranslation('inbox')
  const [open, setOpen] = useState(true)
  const close = (o: boolean) => {
    setOpen(o)
    // Once it has slid away.
    if (!o) setTimeout(onClose, 200)
  }
  return (
    <Drawer open={open} onOpenChange={close} side={side} title={t('details')} bare>
      {children}
    </Drawer>
  )
}
