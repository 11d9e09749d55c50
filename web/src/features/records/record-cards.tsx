import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, memo, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Score, Tags, type Tools } from './cells'
import type { CrmRecord, Kind } from './fields'
import { KINDS, subtitleOf } from './kinds'
import { CardSkeleton } from './record-cards-skeleton'
import { phone, website } from './show'
import type { RecordList } from './use-list'
import type { Place } from './use-place'

const HEIGHT = 76
const NEAR_END = 40
type CardsProps = {
  kind: Kind
  list: RecordList
  tools: Tools
  place: Place
  onOpen: (record: CrmRecord, e: MouseEvent) => void
}
/** The phone's list. */
export default function RecordCards({ kind, list, tools, place, onOpen }: CardsProps) {
  const { t } = useTranslation('records')
  const [el, setEl] = useState<HTMLElement | null>(null)
  const { rows, hasMore, isFetchingMore, moreFailed, fetchMore } = list
  const v = useVirtualizer({
    count: rows.length + (hasMore ? 4 : 0),
    getScrollElement: () => el,
    estimateSize: () => HEIGHT,
    overscan: 6,
    initialOffset: place.top,
  })
  const items = v.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && !isFetchingMore && !moreFailed && last >= rows.length - NEAR_END) void fetchMore()
  }, [hasMore, isFetchingMore, moreFailed, last, rows.length, fetchMore])
  useEffect(() => {
    if (!el) return
    el.scrollTop = place.top
    const keep = () => {
      place.top = el.scrollTop
    }
    el.addEventListener('scroll', keep, { passive: true })
    return () => el.removeEventListener('scroll', keep)
  }, [el, place])
  return (
    <section
      ref={setEl}
      aria-label={t(`${KINDS[kind].texts}.title`)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-offset-[-2px]"
    >
      <ul className="relative" style={{ height: v.getTotalSize() + 88 }}>
        {items.map((it) => {
          const record = rows[it.index]
          const style = { transform: `translateY(${it.start}px)` }
          return (
            <li
              key={record?.id ?? `s${it.index}`}
              className="absolute inset-x-0 top-0 h-[76px] border-b border-line"
              style={style}
            >
              {record ? (
                <Card kind={kind} record={record} tools={tools} onOpen={onOpen} />
              ) : moreFailed ? (
                it.index === rows.length && (
                  <div className="grid h-full place-items-center">
                    <Button onClick={() => void fetchMore()}>{t('list.retry')}</Button>
                  </div>
                )
              ) : (
                <CardSkeleton />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const Card = memo(function Card({
  kind,
  record,
  tools,
  onOpen,
}: Omit<CardsProps, 'list' | 'place'> & { record: CrmRecord }) {
  const { fmt } = tools
  const sub = subtitleOf(kind, record)
  const third =
    record.emails[0] ?? (record.phones[0] && phone(record.phones[0])) ?? (record.website && website(record.website))
  return (
    <div className="relative flex h-full items-center gap-3 px-4 active:bg-hover">
      {kind === 'contact' ? (
        <span className="relative shrink-0">
          <Avatar name={record.name} size={40} />
          {record.companyName && (
            <CompanyLogo
              name={record.companyName}
              size={18}
              className="absolute -right-1 -bottom-1 ring-2 ring-surface"
            />
          )}
        </span>
      ) : (
        <CompanyLogo name={record.name} size={40} className="rounded-md!" />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <a
            href={`${KINDS[kind].path}/${record.id}`}
            onClick={(e) => onOpen(record, e)}
            className="truncate text-base font-semibold after:absolute after:inset-0"
          >
            {record.name}
          </a>
          <span className="tabular ml-auto shrink-0 text-xs text-subtle">{fmt.ago(record.updatedAt)}</span>
        </div>
        <div className="h-4.5 truncate text-sm text-muted">{sub || third}</div>
        <div className="mt-1 flex h-5 items-center gap-2 overflow-hidden">
          {record.doNotContact ? (
            <Badge tone="red">{tools.t('field.doNotContact')}</Badge>
          ) : record.tags.length > 0 ? (
            <Tags tags={record.tags.slice(0, 2)} />
          ) : (
            sub && <span className="truncate text-xs text-subtle">{third}</span>
          )}
          <span className="ml-auto shrink-0 text-xs text-muted">
            {typeof record.leadScore === 'number' ? (
              <Score value={record.leadScore} />
            ) : (
              (record.contactCount ?? 0) > 0 && tools.t('contacts.count', { count: record.contactCount })
            )}
          </span>
        </div>
      </div>
    </div>
  )
})
