import { Check, FileSpreadsheet } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { DropArea, FileRefused, FileSending } from '@/shared/ui/drop-area'
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
  return (
    <DropArea
      accept={ACCEPT}
      over={over}
      onFile={onFile}
      command={{ id: 'import.choose', label: t('drop.command') }}
      texts={{
        title: t('drop.title'),
        titleTouch: t('drop.titleTouch'),
        release: t('drop.release'),
        text: t('drop.text'),
        textTouch: t('drop.textTouch'),
        choose: t('drop.choose'),
      }}
      failed={(choose) =>
        upload.phase === 'failed' && <UploadFailed name={upload.name} problem={upload.problem} onChoose={choose} />
      }
      sending={
        upload.phase === 'sending' && (
          <FileSending
            {...upload}
            icon={<FileSpreadsheet size={20} strokeWidth={1.7} aria-hidden />}
            texts={{
              label: t('drop.sending', { file: upload.name }),
              reading: t('drop.reading'),
              progress: (sent, size) => t('drop.progress', { sent, size }),
            }}
            onCancel={onCancel}
          />
        )
      }
    >
      <ul className="mt-5 flex flex-wrap justify-center gap-x-4 gap-y-1 text-xs text-subtle">
        {FACTS.map((f) => (
          <li key={f} className="flex items-center gap-1">
            <Check size={13} strokeWidth={2.2} className="text-success" aria-hidden />
            {t(`drop.fact.${f}`)}
          </li>
        ))}
      </ul>
    </DropArea>
  )
}

function UploadFailed({ name, problem, onChoose }: { name: string; problem: Problem; onChoose: () => void }) {
  const { t } = useTranslation('imports')
  const frame = { another: t('drop.another'), onChoose }
  if (problem.kind === 'other')
    return <FileRefused {...frame} title={t('problem.other', { file: name })} error={problem.error} />
  return (
    <FileRefused
      {...frame}
      title={t(`problem.${problem.kind}.title`, { file: name })}
      text={t(`problem.${problem.kind}.text`)}
    />
  )
}
