import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { buttonCls } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/command'
import { IconButton } from '@/shared/ui/icon-button'
import { mediaUrl } from './api'
import { isFilm } from './media-model'
import type { Media } from './types'

type LightboxProps = { all: readonly Media[]; at: number; onAt: (at: number) => void; onClose: () => void }
/** Pictures and films in full, one after the other: arrows walk, Escape closes. */
export default function Lightbox({ all, at, onAt, onClose }: LightboxProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const close = useRef<HTMLButtonElement>(null)
  const m = all[at]
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const by = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0
      if (by === 0 || !all[at + by]) return
      e.preventDefault()
      onAt(at + by)
    }
    // Before the window, which keeps arrows to itself.
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [all, at, onAt])
  if (!m) return null
  const name = m.fileName ?? t(`media.${m.kind}`)
  const url = m.url ?? mediaUrl(m.id)
  return (
    <Dialog.Root open onOpenChange={(o) => !o && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-60" style={{ background: 'rgb(8 9 12 / 0.96)' }} />
        <Dialog.Popup
          data-theme="dark"
          initialFocus={close}
          className="fixed inset-0 z-65 flex flex-col text-fg outline-none"
        >
          <header className="flex h-13 shrink-0 items-center gap-2 px-3">
            <Dialog.Title className="min-w-0 flex-1 truncate text-sm font-medium">{name}</Dialog.Title>
            {all.length > 1 && (
              <span className="tabular text-sm text-muted" aria-live="polite">
                {at + 1} / {all.length}
              </span>
            )}
            <a
              href={url}
              download={m.fileName ?? ''}
              aria-label={t('download')}
              className={buttonCls('ghost', 'icon-lg')}
            >
              <Download size={17} />
            </a>
            <Dialog.Close ref={close} aria-label={tc('action.close')} className={buttonCls('ghost', 'icon-lg')}>
              <X size={18} />
            </Dialog.Close>
          </header>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a press beside the picture closes; Escape and the button do too */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
          <div
            className="relative grid min-h-0 flex-1 place-items-center p-3"
            onClick={(e) => e.target === e.currentTarget && onClose()}
          >
            {isFilm(m) ? (
              // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for it
              <video
                key={m.id}
                src={url}
                controls
                autoPlay
                loop={m.kind === 'animation'}
                style={{ maxWidth: '100%', maxHeight: '100%' }}
              />
            ) : (
              <img
                key={m.id}
                src={url}
                alt={name}
                className="rounded-md"
                style={{ maxWidth: '100%', maxHeight: '100%', minHeight: 0, objectFit: 'contain' }}
              />
            )}
            <Step label={t('previous')} side="left" shown={at > 0} onStep={() => onAt(at - 1)} />
            <Step label={t('next')} side="right" shown={at < all.length - 1} onStep={() => onAt(at + 1)} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
type StepProps = { label: string; side: 'left' | 'right'; shown: boolean; onStep: () => void }
function Step({ label, side, shown, onStep }: StepProps) {
  if (!shown) return null
  return (
    <span className={cn('absolute top-1/2', side === 'left' ? 'left-2' : 'right-2')}>
      <IconButton label={label} size="icon-lg" tip={false} onClick={onStep} className="rounded-full! bg-inverse">
        {side === 'left' ? <ChevronLeft size={20} /> : <ChevronRight size={20} />}
      </IconButton>
    </span>
  )
}
