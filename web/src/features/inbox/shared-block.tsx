import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CornerDownRight, FileText, Film, Image, Link2, type LucideIcon, Mic } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Chevron } from '@/shared/ui/icons'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { tipProps } from '@/shared/ui/tooltip'
import { FileTile, Picture } from './message-media'
import { hostOf, hrefOf, linksOf, SHARED, type SharedItem, type SharedKind, sharedOptions, useShared } from './shared'
import { VoicePlayer } from './voice-player'

const Lightbox = lazy(() => import('./lightbox'))
const ICONS: Record<SharedKind, LucideIcon> = { photo: Image, video: Film, file: FileText, link: Link2, voice: Mic }

/** Photos, files and links of a conversation, the newest first. Closed until somebody looks for them. */
export default function SharedBlock({ chatId }: { chatId: string }) {
  const { t } = useTranslation('inbox')
  const { open, kind } = useShared()
  return (
    <section aria-label={t('shared.title')} className="flex flex-col gap-2">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => useShared.setState({ open: !open })}
          className="flex h-7 w-full items-center gap-2 rounded-md text-left text-xs font-medium text-subtle any-pointer-coarse:h-10 hover:text-fg"
        >
          <span className="flex-1">{t('shared.title')}</span>
          <span className={open ? 'rotate-180' : undefined}>
            <Chevron />
          </span>
        </button>
      </h3>
      {open && (
        <>
          <Segmented<SharedKind>
            label={t('shared.kinds')}
            value={kind}
            onValueChange={(value) => useShared.setState({ kind: value })}
            className="flex!"
            options={SHARED.map((value) => {
              const Icon = ICONS[value]
              return {
                value,
                label: <span className="sr-only">{t(`shared.${value}`)}</span>,
                icon: (
                  <span {...tipProps({ label: t(`shared.${value}`) })}>
                    <Icon size={15} aria-hidden />
                  </span>
                ),
              }
            })}
          />
          {/* On a phone the sheet keeps its height: what is pressed stays where it is. */}
          <div className="flex flex-col gap-2 max-md:min-h-[60dvh]">
            <List key={`${chatId} ${kind}`} chatId={chatId} kind={kind} />
          </div>
        </>
      )}
    </section>
  )
}

function List({ chatId, kind }: { chatId: string; kind: SharedKind }) {
  const { t } = useTranslation('inbox')
  const q = useInfiniteQuery(sharedOptions(chatId, kind))
  const items = q.data?.pages.flatMap((p) => p.items) ?? []
  if (q.isPending) return <Waiting grid={isGrid(kind)} />
  if (q.error && !q.data)
    return <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} className="py-6!" />
  if (items.length === 0) return <p className="text-sm text-subtle">{t(`shared.none.${kind}`)}</p>
  return (
    <>
      {isGrid(kind) ? <Grid items={items} /> : <Rows items={items} kind={kind} />}
      {q.hasNextPage && (
        <Button onClick={() => void q.fetchNextPage()} busy={q.isFetchingNextPage} className="self-center">
          {t('shared.more')}
        </Button>
      )}
    </>
  )
}
const isGrid = (kind: SharedKind) => kind === 'photo' || kind === 'video'

function Grid({ items }: { items: readonly SharedItem[] }) {
  const { t } = useTranslation('inbox')
  const [open, setOpen] = useState<number | null>(null)
  const all = items.flatMap((i) => (i.media ? [i.media] : []))
  return (
    <>
      <ul
        aria-label={t('shared.title')}
        className="grid overflow-hidden rounded-lg"
        style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))', gap: 2 }}
      >
        {all.map((m, i) => (
          <li key={m.id} className="flex">
            <Picture media={m} ratio={1} onOpen={() => setOpen(i)} />
          </li>
        ))}
      </ul>
      <Suspense>
        {open !== null && <Lightbox all={all} at={open} onAt={setOpen} onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  )
}

function Rows({ items, kind }: { items: readonly SharedItem[]; kind: SharedKind }) {
  const { t } = useTranslation('inbox')
  return (
    <ul aria-label={t('shared.title')} className="flex flex-col gap-1.5">
      {kind === 'link'
        ? linksOf(items).map(({ key, url, title, item }) => (
            <Row key={key} item={item} name={title ?? hostOf(url)}>
              <SharedLink url={url} title={title} />
            </Row>
          ))
        : items.map(
            (item) =>
              item.media && (
                <Row key={item.id} item={item} name={item.media.fileName ?? t(`shared.${kind}`)}>
                  {kind === 'voice' ? <VoicePlayer media={item.media} /> : <FileTile media={item.media} />}
                </Row>
              ),
          )}
    </ul>
  )
}

function SharedLink({ url, title }: { url: string; title: string | null }) {
  const href = hrefOf(url)
  const inside = (
    <>
      <span className="block truncate text-sm font-medium">{title ?? hostOf(url)}</span>
      <span className="block truncate text-xs text-subtle">{url}</span>
    </>
  )
  if (!href) return <span className="block min-w-0">{inside}</span>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="block min-w-0 hover:underline">
      {inside}
    </a>
  )
}

/** Who sent it and when; the way to where it was said. */
function Row({ item, name, children }: { item: SharedItem; name: string; children: React.ReactNode }) {
  const { t } = useTranslation('inbox')
  const { dayMonth } = useFormat()
  const who = item.direction === 'out' ? (item.author?.name ?? t('us')) : item.sender?.name
  return (
    <li className="flex min-w-0 flex-col gap-0.5 rounded-lg bg-card px-2.5 py-2 shadow-card">
      {children}
      <span className="flex min-w-0 items-center gap-1 text-xs text-subtle">
        <span className="min-w-0 flex-1 truncate">{[who, dayMonth(item.sentAt)].filter(Boolean).join(' · ')}</span>
        <Link
          to="."
          search={(s) => ({ ...s, at: item.messageId })}
          aria-label={t('shared.show', { name })}
          {...tipProps({ label: t('shared.showTip') })}
          className={`${buttonCls('ghost', 'icon-xs')} any-pointer-coarse:size-10!`}
        >
          <CornerDownRight size={13} aria-hidden />
        </Link>
      </span>
    </li>
  )
}

function Waiting({ grid }: { grid: boolean }) {
  const { t } = useTranslation()
  return (
    <div
      role="status"
      aria-busy
      aria-label={t('ui.loading')}
      className={grid ? 'grid gap-0.5' : 'flex flex-col gap-1.5'}
      style={grid ? { gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' } : undefined}
    >
      {['a', 'b', 'c'].map((k) => (
        <Skeleton key={k} className={grid ? 'h-20' : 'h-14'} />
      ))}
    </div>
  )
}
