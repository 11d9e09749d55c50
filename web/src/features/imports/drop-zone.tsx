import { Check, FileSpreadsheet, FileUp, X } from 'lucide-react'
import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { errorMessage, requestIdOf } from '@/shared/api/messages'
import { useCommands } from '@/shared/commands/commands'
import { cn } from '@/shared/lib/cn'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import type { Problem } from './upload-problem'
import type { Upload } from './use-upload'

const ACCEPT = '.csv,.tsv,.tab,.txt,text/csv,text/tab-separated-values,text/plain'
const FACTS = ['delimiters', 'encodings', 'rows'] as const

type DropZoneProps = {
  upload: Upload
  over: boolean
  onFile: (file: File) => void
  onCancel: () => void
}
export function DropZone({ upload, over, onFile, onCancel }: DropZoneProps) {
  const { t } = useTranslation('imports')
  const input = useRef<HTMLInputElement>(null)
  const touch = useMediaQuery('(pointer: coarse)')
  const choose = useCallback(() => input.current?.click(), [])
  const sending = upload.phase === 'sending'
  useCommands(
    useMemo(
      () =>
        sending
          ? []
          : [{ id: 'import.choose', label: t('drop.command'), icon: FileUp, action: 'create' as const, run: choose }],
      [sending, choose, t],
    ),
  )
  return (
    <div className="flex flex-col gap-3">
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        hidden
        onChange={(e) => {
          const file = e.target.files?.[0]
          e.target.value = '' // the same file can be chosen again after it was mended
          if (file) onFile(file)
        }}
      />
      {upload.phase === 'failed' && <UploadFailed name={upload.name} problem={upload.problem} onChoose={choose} />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the mouse; the button inside does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
        data-testid="drop-zone"
        onClick={(e) => !sending && !(e.target as HTMLElement).closest('button') && choose()}
        className={cn(
          'relative grid min-h-[336px] place-items-center rounded-xl border-2 border-dashed px-4 py-8 text-center transition-colors duration-150 md:min-h-[296px]',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface',
          !over && !sending && 'hover:border-control hover:bg-row-hover',
        )}
      >
        {upload.phase === 'sending' ? (
          <Sending upload={upload} onCancel={onCancel} />
        ) : (
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
              {t(over ? 'drop.release' : touch ? 'drop.titleTouch' : 'drop.title')}
            </h2>
            <p className="mt-1 max-w-88 text-sm text-balance text-muted">{t(touch ? 'drop.textTouch' : 'drop.text')}</p>
            <Button variant="primary" size="lg" className="mt-5" onClick={choose}>
              {t('drop.choose')}
            </Button>
            <ul className="mt-5 flex flex-wrap justify-center gap-x-4 gap-y-1 text-xs text-subtle">
              {FACTS.map((f) => (
                <li key={f} className="flex items-center gap-1">
                  <Check size={13} strokeWidth={2.2} className="text-success" aria-hidden />
                  {t(`drop.fact.${f}`)}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </div>
  )
}

function Sending({ upload, onCancel }: { upload: Extract<Upload, { phase: 'sending' }>; onCancel: () => void }) {
  const { t } = useTranslation('imports')
  const { t: tc } = useTranslation()
  const f = useFormat()
  const part = upload.size ? Math.min(1, upload.sent / upload.size) : 0
  const reading = part >= 1
  return (
    <div className="w-full max-w-96 text-left">
      <div className="flex items-center gap-3">
        <span data-tone="green" className="grid size-10 shrink-0 place-items-center rounded-lg bg-tone text-tone-fg">
          <FileSpreadsheet size={20} strokeWidth={1.7} aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-semibold">{upload.name}</p>
          <p className="tabular text-xs text-subtle">
            {reading
              ? t('drop.reading')
              : t('drop.progress', { sent: f.bytes(upload.sent), size: f.bytes(upload.size) })}
          </p>
        </div>
        {!reading && <span className="tabular text-base font-semibold">{f.percent(Math.round(part * 100) / 100)}</span>}
      </div>
      <ProgressBar
        className="mt-3"
        label={t('drop.sending', { file: upload.name })}
        value={reading ? undefined : part}
      />
      <div className="mt-4 flex justify-center">
        <Button onClick={onCancel}>
          <X size={14} aria-hidden /> {tc('action.cancel')}
        </Button>
      </div>
    </div>
  )
}

function UploadFailed({ name, problem, onChoose }: { name: string; problem: Problem; onChoose: () => void }) {
  const { t } = useTranslation('imports')
  const { t: tc } = useTranslation()
  const known = problem.kind !== 'other'
  const requestId = problem.kind === 'other' ? requestIdOf(problem.error) : undefined
  return (
    <Notice
      kind="error"
      role="alert"
      title={known ? t(`problem.${problem.kind}.title`, { file: name }) : t('problem.other', { file: name })}
      actions={<Button onClick={onChoose}>{t('drop.another')}</Button>}
    >
      {known ? t(`problem.${problem.kind}.text`) : errorMessage(problem.error)}
      {requestId && (
        <span className="mt-1 block font-mono text-xs select-all">{tc('ui.requestId', { id: requestId })}</span>
      )}
    </Notice>
  )
}
