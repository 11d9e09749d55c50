import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronRight, MessagesSquare, ShieldAlert, Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FieldRecordType } from '@/api/gen/types.gen'
import { useCan } from '@/shared/session/session'
import { EmptyState } from '@/shared/ui/empty-state'
import { PageHeader } from '@/shared/ui/page-header'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Segmented } from '@/shared/ui/segmented'
import { toast } from '@/shared/ui/toast'
import { DropZone } from './drop-zone'
import { History } from './history'
import { Sources } from './sources'
import type { ImportsSearch } from './steps'
import { TYPE_ICONS, useImportable } from './types'
import { useFileDrop } from './use-file-drop'
import { useUpload } from './use-upload'

export function ImportsPage({ search }: { search: ImportsSearch }) {
  const { t } = useTranslation('imports')
  const types = useImportable()
  const wanted = search.type ?? 'contact'
  const type = types.includes(wanted) ? wanted : types[0]
  return (
    <>
      <PageHeader icon={Upload} title={t('title')} />
      <ScrollRegion label={t('title')} className="@container bg-sunken">
        {type ? (
          <Body type={type} types={types} />
        ) : (
          <EmptyState
            icon={ShieldAlert}
            tone="gray"
            title={t('forbidden.title')}
            text={t('forbidden.text')}
            className="pt-24!"
          />
        )}
      </ScrollRegion>
    </>
  )
}

type BodyProps = { type: FieldRecordType; types: readonly FieldRecordType[] }
function Body({ type, types }: BodyProps) {
  const { t } = useTranslation('imports')
  const nav = useNavigate()
  const { upload, start, reset } = useUpload(type)
  const take = (files: readonly File[]) => {
    const [file] = files
    if (!file) return
    if (files.length > 1) toast.add({ title: t('drop.one', { file: file.name }), type: 'info' })
    start(file, file.name)
  }
  const over = useFileDrop({
    enabled: upload.phase !== 'sending',
    onFiles: take,
    onCells: (text) => start(new Blob([text], { type: 'text/plain' }), t('drop.pasted')),
  })
  return (
    <div className="mx-auto grid w-full max-w-[1200px] gap-5 p-4 md:p-6 @4xl:grid-cols-[minmax(0,1fr)_320px] @4xl:grid-rows-[auto_1fr]">
      <div className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="text-sm text-muted">{t('intro')}</p>
          {types.length > 1 && (
            <Segmented
              label={t('type.label')}
              value={type}
              onValueChange={(v) =>
                void nav({ to: '/import', search: { type: v === 'contact' ? undefined : v }, replace: true })
              }
              disabled={upload.phase === 'sending'}
              options={types.map((value) => {
                const Icon = TYPE_ICONS[value]
                return { value, label: t(`type.${value}`), icon: <Icon size={14} aria-hidden /> }
              })}
              className="max-md:w-full"
            />
          )}
        </div>
        <DropZone upload={upload} over={over} onFile={(f) => take([f])} onCancel={reset} />
      </div>
      <div className="flex flex-col gap-5 @4xl:row-span-2">
        <Sources />
        <OfTelegram />
      </div>
      <History />
    </div>
  )
}

/** Conversations come another way. */
function OfTelegram() {
  const { t } = useTranslation('imports')
  const may = useCan('messaging.chats.import')
  if (!may) return null
  return (
    <Link
      to="/import/chats"
      className="flex items-center gap-3 rounded-lg bg-card px-4 py-3.5 shadow-card hover:shadow-card-hover"
    >
      <span data-tone="sky" className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg">
        <MessagesSquare size={17} strokeWidth={1.75} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block text-sm font-semibold">{t('telegram.title')}</span>
        <span className="block text-xs text-muted">{t('telegram.text')}</span>
      </span>
      <ChevronRight size={15} className="shrink-0 text-faint" aria-hidden />
    </Link>
  )
}
