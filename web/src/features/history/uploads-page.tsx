import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, FileJson, History as HistoryIcon, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAbort } from '@/shared/api/errors'
import { useDrop } from '@/shared/lib/use-drop'
import { useCan } from '@/shared/session/session'
import { announce } from '@/shared/ui/announcer'
import { buttonCls } from '@/shared/ui/button'
import { DropArea, FileRefused, FileSending } from '@/shared/ui/drop-area'
import { EmptyState } from '@/shared/ui/empty-state'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { toast } from '@/shared/ui/toast'
import { remember, uploadExport } from './api'
import { type FileKind, fileKind } from './model'
import { Past } from './past'

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
  return (
    <DropArea
      accept=".json,.zip,application/json,application/zip"
      over={over}
      onFile={onFile}
      command={{ id: 'history.choose', label: t('drop.command') }}
      texts={{
        title: t('drop.title'),
        titleTouch: t('drop.titleTouch'),
        release: t('drop.release'),
        text: t('drop.text'),
        choose: t('drop.choose'),
      }}
      failed={(choose) => <Failed upload={upload} onChoose={choose} />}
      sending={
        upload.phase === 'sending' && (
          <FileSending
            {...upload}
            icon={<FileJson size={20} strokeWidth={1.7} aria-hidden />}
            texts={{
              label: t('drop.sending', { file: upload.name }),
              reading: t('drop.reading'),
              progress: (sent, size) => t('drop.progress', { sent, size }),
            }}
            onCancel={onCancel}
          />
        )
      }
    />
  )
}

function Failed({ upload, onChoose }: { upload: Upload; onChoose: () => void }) {
  const { t } = useTranslation('history')
  const frame = { another: t('drop.another'), onChoose }
  if (upload.phase === 'refused')
    return <FileRefused {...frame} title={t('problem.refused', { file: upload.name })} error={upload.error} />
  if (upload.phase !== 'failed') return null
  const { kind, name } = upload
  return <FileRefused {...frame} title={t(`problem.${kind}.title`, { file: name })} text={t(`problem.${kind}.text`)} />
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
