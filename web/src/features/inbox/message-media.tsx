import { Download, FileText, ImageOff, Music, Play } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '@/shared/lib/clock'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import { Spinner } from '@/shared/ui/spinner'
import { toast } from '@/shared/ui/toast'
import { api, mediaUrl } from './api'
import { albumRows, boxOf, extensionOf, isFilm, isSeen } from './media-model'
import type { Media, Message } from './types'
import { VoicePlayer } from './voice-player'

const Lightbox = lazy(() => import('./lightbox'))
const GAP = 2

/** Everything that a message, or an album of several, brings along. */
export function MessageMedia({ album }: { album: readonly Message[] }) {
  const all = album.flatMap((m) => m.media)
  const seen = all.filter(isSeen)
  const rest = all.filter((m) => !isSeen(m))
  return (
    <>
      {seen.length > 0 && <Pictures all={seen} />}
      {rest.map((m) => (m.kind === 'voice' ? <VoicePlayer key={m.id} media={m} /> : <FileTile key={m.id} media={m} />))}
    </>
  )
}

function Pictures({ all }: { all: readonly Media[] }) {
  const [open, setOpen] = useState<number | null>(null)
  const one = all.length === 1 ? all[0] : undefined
  const box = one && boxOf(one)
  const width = box ? box.width : 300
  let at = 0
  return (
    <span className="flex max-w-full flex-col overflow-hidden rounded-lg" style={{ width, gap: GAP }}>
      {albumRows(all.length).map((n) => {
        const from = at
        at += n
        return (
          <span key={from} className="flex" style={{ gap: GAP }}>
            {all.slice(from, from + n).map((m, i) => (
              <Picture
                key={m.id}
                media={m}
                ratio={box ? box.ratio : n === 1 ? 1.8 : 1}
                onOpen={() => setOpen(from + i)}
              />
            ))}
          </span>
        )
      })}
      <Suspense>
        {open !== null && <Lightbox all={all} at={open} onAt={setOpen} onClose={() => setOpen(null)} />}
      </Suspense>
    </span>
  )
}

type PictureProps = { media: Media; ratio: number; onOpen: () => void }
export function Picture({ media: m, ratio, onOpen }: PictureProps) {
  const { t } = useTranslation('inbox')
  const fetching = useFetching(m)
  const [broken, setBroken] = useState(false)
  const film = isFilm(m)
  const src = m.thumbUrl ?? (film ? null : (m.url ?? (m.state === 'ready' ? mediaUrl(m.id, true) : null)))
  const label = m.fileName ?? t(`media.${m.kind}`)
  return (
    <button
      type="button"
      aria-label={m.state === 'ready' ? t('openMedia', { name: label }) : t('fetchMedia', { name: label })}
      onClick={m.state === 'ready' ? onOpen : fetching.fetch}
      className="relative block min-w-0 flex-1 overflow-hidden bg-active outline-offset-[-2px]"
      style={{ aspectRatio: String(ratio) }}
    >
      {m.preview && (
        <img
          alt=""
          src={`data:image/jpeg;base64,${m.preview}`}
          className="absolute inset-0 h-full w-full"
          style={{ objectFit: 'cover', filter: 'blur(8px)' }}
        />
      )}
      {src && m.state === 'ready' && !broken && (
        <img
          alt=""
          src={src}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          className="absolute inset-0 h-full w-full"
          style={{ objectFit: 'cover' }}
        />
      )}
      {(film || m.state !== 'ready' || broken) && (
        <span className="absolute inset-0 grid place-items-center">
          <span className="grid size-11 place-items-center rounded-full bg-scrim text-white">
            {fetching.busy ? (
              <Spinner size={18} />
            ) : m.state === 'failed' || broken ? (
              <ImageOff size={18} aria-hidden />
            ) : m.state === 'ready' ? (
              <Play size={18} aria-hidden />
            ) : (
              <Download size={18} aria-hidden />
            )}
          </span>
        </span>
      )}
      {film && m.durationMs !== null && (
        <span className="tabular absolute bottom-0 left-0 rounded-sm bg-scrim px-1 text-2xs text-white">
          {clock(m.durationMs / 1000)}
        </span>
      )}
    </button>
  )
}

/** A file that is still with the network is asked for; `media.ready` tells when it is here. */
function useFetching(m: Media) {
  const { t } = useTranslation('inbox')
  const [asked, setAsked] = useState(false)
  const fetch = () => {
    setAsked(true)
    api.media(m.id).catch((e: unknown) => {
      setAsked(false)
      toast.error(t('mediaFailed'), e)
    })
  }
  return { busy: m.state === 'wanted' || (asked && m.state === 'remote'), fetch }
}

export function FileTile({ media: m }: { media: Media }) {
  const { t } = useTranslation('inbox')
  const { bytes } = useFormat()
  const fetching = useFetching(m)
  const Icon = m.kind === 'audio' ? Music : FileText
  const name = m.fileName ?? t(`media.${m.kind}`)
  const facts = [extensionOf(m.fileName), m.sizeBytes > 0 && bytes(m.sizeBytes)].filter(Boolean).join(' · ')
  const inside = (
    <>
      <span
        data-tone={m.kind === 'audio' ? 'violet' : 'red'}
        className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg"
      >
        {fetching.busy ? <Spinner size={16} /> : <Icon size={18} strokeWidth={1.75} aria-hidden />}
      </span>
      <span className="min-w-0">
        <span className="block font-medium break-words">{name}</span>
        <span className="block text-xs text-muted">
          {m.state === 'failed' ? t('mediaGone') : m.state === 'ready' ? facts : `${facts} · ${t('mediaRemote')}`}
        </span>
      </span>
    </>
  )
  const look = 'flex items-center gap-2.5 rounded-md py-1 pr-2 text-left'
  if (m.state === 'ready')
    return (
      <a href={m.url ?? mediaUrl(m.id)} download={m.fileName ?? ''} className={cn(look, 'hover:underline')}>
        {inside}
      </a>
    )
  return (
    <button type="button" disabled={m.state === 'failed'} onClick={fetching.fetch} className={look}>
      {inside}
    </button>
  )
}
