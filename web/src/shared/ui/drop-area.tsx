import { FileUp, X } from 'lucide-react'
import { type ReactNode, useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage, requestIdOf } from '@/shared/api/messages'
import { useCommands } from '@/shared/commands/commands'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { Button } from './button'
import { Notice } from './notice'
import { ProgressBar } from './progress'

type DropAreaProps = {
  accept: string
  /** Whether a file is held over the page. */
  over: boolean
  /** In place of the invitation while a file is on its way. */
  sending: ReactNode
  texts: { title: string; titleTouch: string; release: string; text: string; textTouch?: string; choose: string }
  command: { id: string; label: string }
  onFile: (file: File) => void
  /** What is said above when the last file was not taken. */
  failed?: (choose: () => void) => ReactNode
  children?: ReactNode
}
/** Where a file is dropped or chosen. The page around it takes what is dropped (`useDrop`). */
export function DropArea({ accept, over, sending, texts, command, onFile, failed, children }: DropAreaProps) {
  const input = useRef<HTMLInputElement>(null)
  const touch = useMediaQuery('(pointer: coarse)')
  const choose = useCallback(() => input.current?.click(), [])
  const busy = Boolean(sending)
  const { id, label } = command
  useCommands(
    useMemo(
      () => (busy ? [] : [{ id, label, icon: FileUp, action: 'create' as const, run: choose }]),
      [busy, choose, id, label],
    ),
  )
  return (
    <div className="flex flex-col gap-3">
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        onChange={(e) => {
          const file = e.target.files?.[0]
          e.target.value = '' // the same file can be chosen again after it was mended
          if (file) onFile(file)
        }}
      />
      {failed?.(choose)}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the mouse; the button inside does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
        data-testid="drop-zone"
        onClick={(e) => !busy && !(e.target as HTMLElement).closest('button') && choose()}
        className={cn(
          'relative grid min-h-[336px] place-items-center rounded-xl border-2 border-dashed px-4 py-8 text-center transition-colors duration-150 md:min-h-[296px]',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface',
          !over && !busy && 'hover:border-control hover:bg-row-hover',
        )}
      >
        {sending || (
          <div className="flex max-w-full flex-col items-center">
            <span
              className={cn(
                'grid size-14 place-items-center rounded-xl transition-transform duration-150',
                over ? 'scale-110 bg-accent text-accent-fg' : 'bg-accent-soft text-accent-text',
              )}
            >
              <FileUp size={26} strokeWidth={1.6} aria-hidden />
            </span>
            <h2 className="mt-4 text-lg font-semibold tracking-[-0.01em] text-balance">
              {over ? texts.release : touch ? texts.titleTouch : texts.title}
            </h2>
            <p className="mt-1 max-w-88 text-sm text-balance text-muted">{(touch && texts.textTouch) || texts.text}</p>
            <Button variant="primary" size="lg" className="mt-5" onClick={choose}>
              {texts.choose}
            </Button>
            {children}
          </div>
        )}
      </div>
    </div>
  )
}

type SendingProps = {
  name: string
  size: number
  sent: number
  icon: ReactNode
  texts: { label: string; reading: string; progress: (sent: string, size: string) => string }
  onCancel: () => void
}
/** A file on its way; when all of it is sent, it is being read. */
export function FileSending({ name, size, sent, icon, texts, onCancel }: SendingProps) {
  const { t } = useTranslation()
  const f = useFormat()
  const part = size ? Math.min(1, sent / size) : 0
  const reading = part >= 1
  return (
    <div className="w-full max-w-96 text-left">
      <div className="flex items-center gap-3">
        <span data-tone="green" className="grid size-10 shrink-0 place-items-center rounded-lg bg-tone text-tone-fg">
          {icon}
        </span>
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-semibold">{name}</p>
          <p className="tabular text-xs text-subtle">
            {reading ? texts.reading : texts.progress(f.bytes(sent), f.bytes(size))}
          </p>
        </div>
        {!reading && <span className="tabular text-base font-semibold">{f.percent(Math.round(part * 100) / 100)}</span>}
      </div>
      <ProgressBar className="mt-3" label={texts.label} value={reading ? undefined : part} />
      <div className="mt-4 flex justify-center">
        <Button onClick={onCancel}>
          <X size={14} aria-hidden /> {t('action.cancel')}
        </Button>
      </div>
    </div>
  )
}

type RefusedProps = {
  title: string
  /** What is known to be wrong with the file; else the error tells. */
  text?: string
  error?: unknown
  another: string
  onChoose: () => void
}
/** A file that was not taken, and the way to another one. */
export function FileRefused({ title, text, error, another, onChoose }: RefusedProps) {
  const { t } = useTranslation()
  const requestId = text ? undefined : requestIdOf(error)
  return (
    <Notice kind="error" role="alert" title={title} actions={<Button onClick={onChoose}>{another}</Button>}>
      {text ?? errorMessage(error)}
      {requestId && (
        <span className="mt-1 block font-mono text-xs select-all">{t('ui.requestId', { id: requestId })}</span>
      )}
    </Notice>
  )
}
