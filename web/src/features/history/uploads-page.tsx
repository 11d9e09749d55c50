import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, FileUp, History as HistoryIcon, ShieldAlert, ShieldCheck, X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAbort } from '@/shared/api/errors'
import { errorMessage, requestIdOf } from '@/shared/api/messages'
import { useCommands } from '@/shared/commands/commands'
import { cn } from '@/shared/lib/cn'
import { useDrop } from '@/shared/lib/use-drop'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useCan, useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { announce } from '@/shared/ui/announcer'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { Notice } from '@/shared/ui/notice'
import { PageHeader } from '@/shared/ui/page-header'
import { ProgressBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { toast } from '@/shared/ui/toast'
import { remember, uploadExport } from './api'
import { type FileKind, fileKind } from './model'
import { Past } from './past'
import { addRecent } from './recent'

const HOW = ['how1', 'how2', 'how3', 'how4'] as const
type Upload =
  | { phase: 'idle' }
  | { phase: 'sending'; name: string; size: number; sent: number }
  | { phase: 'failed'; name: string; kind: Exclude<FileKind, 'json' | 'zip'> }
  | { phase: 'refused'; name: string; error: unknown }

/** Where an export of Telegram Desktop is brought, and what was brought before. */
export function UploadsPage() {
  const { t } = useTranslation('history')
  const may = useCan('messaging.chats.import')
  return (
    <>
      <PageHeader
        lead={
          <Link to="/import" aria-label={t('toImports')} className={`${buttonCls('ghost', 'icon')} -ml-1.5`}>
            <ChevronLeft size={17} aria-hidden />
          </Link>
        }
        icon={HistoryIcon}
        title={t('title')}
      />
      <ScrollRegion label={t('title')} className="@container bg-sunken">
        {may ? (
          <Body />
        ) : (
          <EmptyState
            icon={ShieldAlert}
            tone="gray"
            title={t('forbidden')}
            text={t('forbiddenText')}
            className="pt-24!"
          />
        )}
      </ScrollRegion>
    </>
  )
}

function Body() {
  const { t } = useTranslation('history')
  const { upload, take, reset } = useUploading()
  const over = useDrop(upload.phase !== 'sending', take)
  return (
    <div className="mx-auto grid w-full max-w-[1200px] gap-5 p-4 md:p-6 @4xl:grid-cols-[minmax(0,1fr)_320px] @4xl:grid-rows-[auto_1fr]">
      <div className="flex min-w-0 flex-col gap-3">
        <p className="text-sm text-muted">{t('intro')}</p>
        <DropZone upload={upload} over={over} onFile={(f) => take([f])} onCancel={reset} />
      </div>
      <div className="@4xl:row-span-2">
        <How />
      </div>
      <Past />
    </div>
  )
}

/** From a chosen file to the page of its import. */
function useUploading() {
  const { t } = useTranslation('history')
  const qc = useQueryClient()
  const nav = useNavigate()
  const { organization } = useSession()
  const [upload, setUpload] = useState<Upload>({ phase: 'idle' })
  const abort = useRef<AbortController>(null)
  useEffect(() => () => abort.current?.abort(), [])
  const start = async (file: File) => {
    abort.current?.abort()
    const control = new AbortController()
    abort.current = control
    const { signal } = control
    const { name, size } = file
    setUpload({ phase: 'sending', name, size, sent: 0 })
    try {
      const kind = await fileKind(file)
      if (signal.aborted) return
      if (kind !== 'json' && kind !== 'zip') return setUpload({ phase: 'failed', name, kind })
      announce(t('drop.sending', { file: name }))
      const im = await uploadExport(file, signal, (sent) => setUpload({ phase: 'sending', name, size, sent }))
      remember(qc, im)
      addRecent(organization.id, im.id)
      await nav({ to: '/import/chats/$id', params: { id: im.id } })
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) setUpload({ phase: 'refused', name, error })
    }
  }
  return {
    upload,
    take: (files: readonly File[]) => {
      const [file] = files
      if (!file) return
      if (files.length > 1) toast.add({ title: t('drop.one', { file: file.name }), type: 'info' })
      void start(file)
    },
    reset: () => {
      abort.current?.abort()
      setUpload({ phase: 'idle' })
    },
  }
}

type DropProps = { upload: Upload; over: boolean; onFile: (file: File) => void; onCancel: () => void }
function DropZone({ upload, over, onFile, onCancel }: DropProps) {
  const { t } = useTranslation('history')
  const input = useRef<HTMLInputElement>(null)
  const touch = useMediaQuery('(pointer: coarse)')
  const choose = useCallback(() => input.current?.click(), [])
  const sending = upload.phase === 'sending'
  useCommands(
    useMemo(
      () =>
        sending
          ? []
          : [{ id: 'history.choose', label: t('drop.command'), icon: FileUp, action: 'create' as const, run: choose }],
      [sending, choose, t],
    ),
  )
  return (
    <div className="flex flex-col gap-3">
      <input
        ref={input}
        type="file"
        accept=".json,.zip,application/json,application/zip"
        hidden
        onChange={(e) => {
          const file = e.target.files?.[0]
          e.target.value = '' // the same file can be chosen again
          if (file) onFile(file)
        }}
      />
      <Failed upload={upload} onChoose={choose} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a larger target for the mouse; the button inside does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
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
            <p className="mt-1 max-w-88 text-sm text-balance text-muted">{t('drop.text')}</p>
            <Button variant="primary" size="lg" className="mt-5" onClick={choose}>
              {t('drop.choose')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

function Sending({ upload, onCancel }: { upload: Extract<Upload, { phase: 'sending' }>; onCancel: () => void }) {
  const { t } = useTranslation('history')
  const { t: tc } = useTranslation()
  const f = useFormat()
  const part = upload.size ? Math.min(1, upload.sent / upload.size) : 0
  const reading = part >= 1
  return (
    <div className="w-full max-w-96 text-left">
      <p className="truncate text-sm font-semibold">{upload.name}</p>
      <p className="tabular text-xs text-subtle">
        {reading ? t('drop.reading') : t('drop.progress', { sent: f.bytes(upload.sent), size: f.bytes(upload.size) })}
      </p>
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

function Failed({ upload, onChoose }: { upload: Upload; onChoose: () => void }) {
  const { t } = useTranslation('history')
  const { t: tc } = useTranslation()
  if (upload.phase !== 'failed' && upload.phase !== 'refused') return null
  const file = upload.name
  const requestId = upload.phase === 'refused' ? requestIdOf(upload.error) : undefined
  return (
    <Notice
      kind="error"
      role="alert"
      title={upload.phase === 'failed' ? t(`problem.${upload.kind}.title`, { file }) : t('problem.refused', { file })}
      actions={<Button onClick={onChoose}>{t('drop.another')}</Button>}
    >
      {upload.phase === 'failed' ? t(`problem.${upload.kind}.text`) : errorMessage(upload.error)}
      {requestId && (
        <span className="mt-1 block font-mono text-xs select-all">{tc('ui.requestId', { id: requestId })}</span>
      )}
    </Notice>
  )
}

/** How to get the file out of Telegram Desktop. */
function How() {
  const { t } = useTranslation('history')
  return (
    <section aria-label={t('how.title')} className="rounded-lg bg-card px-4 py-3.5 shadow-card">
      <h2 className="text-sm font-semibold">{t('how.title')}</h2>
      <ol className="mt-2 flex flex-col gap-1.5">
        {HOW.map((k, i) => (
          <li key={k} className="flex gap-2 text-sm text-muted">
            <span aria-hidden className="tabular text-subtle">
              {i + 1}.
            </span>
            <span className="min-w-0">{t(`how.${k}`)}</span>
          </li>
        ))}
      </ol>
      <p className="mt-3 flex items-start gap-2 rounded-md bg-sunken p-2.5 text-xs text-muted">
        <ShieldCheck size={15} strokeWidth={1.75} aria-hidden className="mt-px shrink-0 text-success" />
        {t('how.safe')}
      </p>
    </section>
  )
}
