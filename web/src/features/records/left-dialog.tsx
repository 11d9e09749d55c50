import { Link } from '@tanstack/react-router'
import { Building2, ChevronRight, File, Handshake, StickyNote, User } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'
import { useLeft } from './left'

const KIND = {
  contact: { icon: User, to: '/contacts/$id' },
  company: { icon: Building2, to: '/companies/$id' },
  deal: { icon: Handshake, to: '/deals/$id' },
  note: { icon: StickyNote, to: null },
  other: { icon: File, to: null },
} as const
type KindId = keyof typeof KIND
const kindOf = (recordType: string): KindId => (recordType in KIND ? (recordType as KindId) : 'other')
const close = () => useLeft.setState({ left: null })

/** What an un-merge left alone, because somebody has changed it since. */
export default function LeftDialog() {
  const { t } = useTranslation('merge')
  const { t: tc } = useTranslation()
  const { left } = useLeft()
  const [shown, setShown] = useState(left) // keeps the words on screen while the window fades out
  if (left && left !== shown) setShown(left)
  if (!shown) return null
  const { conflicts } = shown
  return (
    <Dialog
      open={left !== null}
      onOpenChange={(o) => !o && close()}
      title={t('undo.left.title')}
      description={t('undo.left.text', { count: conflicts.length })}
      size="sm"
      footer={
        <Button size="md" variant="primary" onClick={close}>
          {tc('action.close')}
        </Button>
      }
    >
      <ul aria-label={t('undo.left.list')} className="-mx-2 flex flex-col">
        {conflicts.map((c) => {
          const { icon: Icon, to: page } = KIND[kindOf(c.recordType)]
          const to = c.name === null ? null : page
          const content = (
            <>
              <Icon size={15} strokeWidth={1.75} className="shrink-0 text-subtle" aria-hidden />
              <span className="min-w-0 flex-1 truncate text-sm font-medium">{c.name ?? t('undo.gone')}</span>
              <span className="text-xs text-subtle">{t(`undo.kind.${kindOf(c.recordType)}`)}</span>
            </>
          )
          const row = 'flex min-h-9 items-center gap-2.5 rounded-md px-2'
          return (
            <li key={`${c.recordType}${c.id}`}>
              {to ? (
                <Link to={to} params={{ id: c.id }} onClick={close} className={`${row} hover:bg-hover`}>
                  {content}
                  <ChevronRight size={14} className="text-faint" aria-hidden />
                </Link>
              ) : (
                <span className={row}>{content}</span>
              )}
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
