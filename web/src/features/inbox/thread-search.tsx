import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '@/shared/lib/use-debounced'
import { useFormat } from '@/shared/session/use-format'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { api } from './api'
import type { SearchHit } from './types'

const LEAST = 2
type SearchProps = { chatId: string; onPick: (messageId: string) => void; onClose: () => void }
/** Over all that was ever said in this conversation. */
export default function ThreadSearch({ chatId, onPick, onClose }: SearchProps) {
  const { t } = useTranslation('inbox')
  const { t: tc } = useTranslation()
  const [text, setText] = useState('')
  const asked = useDebounced(text.trim())
  const q = useQuery({
    queryKey: ['message-search', chatId, asked],
    queryFn: ({ signal }) => api.search(asked, chatId, signal),
    enabled: asked.length >= LEAST,
    placeholderData: keepPreviousData,
  })
  const items = asked.length >= LEAST ? q.data?.items : undefined
  return (
    <search className="shrink-0 border-b border-line">
      <div className="flex h-11 items-center gap-2 px-3">
        <Search size={15} className="shrink-0 text-subtle" aria-hidden />
        <input
          // biome-ignore lint/a11y/noAutofocus: the person has just asked for it
          autoFocus
          type="text"
          role="searchbox"
          aria-label={t('searchHere')}
          placeholder={t('searchHere')}
          value={text}
          maxLength={200}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === 'Escape') {
              e.stopPropagation()
              onClose()
            } else if (e.key === 'Enter' && items?.[0]) onPick(items[0].message.id)
          }}
          className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none any-pointer-coarse:text-lg"
        />
        <IconButton label={tc('action.close')} size="icon-xs" onClick={onClose}>
          <X size={14} />
        </IconButton>
      </div>
      <div role="status" className="sr-only">
        {items && t('found', { count: items.length })}
      </div>
      {q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} className="py-6!" />
      ) : (
        items && (
          <ul className="max-h-72 overflow-y-auto border-t border-line py-1">
            {items.length === 0 && <li className="px-3 py-2 text-sm text-subtle">{t('notFound', { text: asked })}</li>}
            {items.map((hit) => (
              <Hit key={hit.message.id} hit={hit} onPick={() => onPick(hit.message.id)} />
            ))}
          </ul>
        )
      )}
    </search>
  )
}

function Hit({ hit, onPick }: { hit: SearchHit; onPick: () => void }) {
  const { t } = useTranslation('inbox')
  const { dateTime } = useFormat()
  const { message: m } = hit
  return (
    <li>
      <button
        type="button"
        onClick={onPick}
        className="flex w-full flex-col px-3 py-1.5 text-left text-sm outline-offset-[-2px] hover:bg-hover"
      >
        <span className="flex w-full items-center gap-2 text-xs text-subtle">
          <span className="min-w-0 flex-1 truncate">
            {m.direction === 'out' ? (m.author?.name ?? t('us')) : (m.sender?.name ?? '')}
          </span>
          <time dateTime={m.sentAt} className="tabular shrink-0">
            {dateTime(m.sentAt)}
          </time>
        </span>
        <span className="max-w-full truncate">{marked(hit)}</span>
      </button>
    </li>
  )
}
/** The words that were found stand out. */
function marked({ snippet: text, ranges }: SearchHit) {
  const parts = []
  let at = 0
  for (const { offset, length } of ranges) {
    if (offset > at) parts.push(<span key={at}>{text.slice(at, offset)}</span>)
    parts.push(
      <mark key={`m${offset}`} className="rounded-xs bg-accent-soft font-medium text-accent-text">
        {text.slice(offset, offset + length)}
      </mark>,
    )
    at = offset + length
  }
  parts.push(<span key={at}>{text.slice(at)}</span>)
  return parts
}
