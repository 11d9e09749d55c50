import { FileText, RotateCcw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { ProgressBar } from '@/shared/ui/progress'
import type { Attachment } from './upload'

type FilesProps = { all: readonly Attachment[]; onRemove: (key: string) => void; onAgain: (key: string) => void }
/** What goes along with the message, and how far it has come. */
export function ComposerFiles({ all, onRemove, onAgain }: FilesProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const { bytes } = useFormat()
  if (all.length === 0) return null
  return (
    <ul aria-label={t('attachments')} className="flex flex-wrap gap-2 px-3 pt-2.5">
      {all.map((a) => (
        <li
          key={a.key}
          className="relative flex h-12 max-w-60 items-center gap-2 overflow-hidden rounded-md bg-sunken pr-1 pl-1.5 shadow-card"
        >
          {a.preview ? (
            <img alt="" src={a.preview} className="size-9 shrink-0 rounded-sm" style={{ objectFit: 'cover' }} />
          ) : (
            <span data-tone="red" className="grid size-9 shrink-0 place-items-center rounded-sm bg-tone text-tone-fg">
              <FileText size={16} strokeWidth={1.75} aria-hidden />
            </span>
          )}
          <span className="min-w-0 flex-1">
            <span className="block truncate text-xs font-medium">{a.name}</span>
            {a.problem ? (
              <span role="alert" className="block truncate text-2xs text-danger" title={a.problem}>
                {a.problem}
              </span>
            ) : (
              <span className="block text-2xs text-subtle">{bytes(a.bytes)}</span>
            )}
          </span>
          {a.problem && (
            <button
              type="button"
              aria-label={`${tc('action.retry')}: ${a.name}`}
              onClick={() => onAgain(a.key)}
              className="grid size-6 shrink-0 place-items-center rounded-sm text-subtle hover:text-fg"
            >
              <RotateCcw size={13} />
            </button>
          )}
          <button
            type="button"
            aria-label={tc('ui.removeValue', { value: a.name })}
            onClick={() => onRemove(a.key)}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-subtle hover:text-fg"
          >
            <X size={13} />
          </button>
          {!a.uploaded && !a.problem && (
            <ProgressBar
              value={a.share}
              label={t('uploading', { name: a.name })}
              className="absolute! inset-x-0 bottom-0 h-0.5! rounded-none"
            />
          )}
        </li>
      ))}
    </ul>
  )
}
