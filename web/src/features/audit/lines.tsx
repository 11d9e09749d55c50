import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Skeleton } from '@/shared/ui/skeleton'
import type { AuditLine } from './api'
import { useAuditNames } from './names'

const ROW_PX = 56
const HEIGHT = 'min(70dvh, 720px)'

type LinesProps = {
  lines: readonly AuditLine[]
  more: boolean
  onOpen: (line: AuditLine) => void
  onEnd: () => void
}
/** The log, newest first. Only what is in sight is there, however long it is. */
export function Lines({ lines, more, onOpen, onEnd }: LinesProps) {
  const { t } = useTranslation('audit')
  const [el, setEl] = useState<HTMLDivElement | null>(null)
  const v = useVirtualizer({
    count: lines.length,
    getScrollElement: () => el,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const last = v.getVirtualItems().at(-1)?.index ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the end comes into sight, not whenever a handler is new
  useEffect(() => {
    if (last >= lines.length - 10) onEnd()
  }, [last, lines.length])
  return (
    <>
      <div ref={setEl} className="overflow-y-auto" style={{ maxHeight: HEIGHT }}>
        <ol aria-label={t('list')} className="relative" style={{ height: v.getTotalSize() }}>
          {v.getVirtualItems().map((it) => {
            const line = lines[it.index]
            return line && <Line key={line.number} line={line} top={it.start} onOpen={onOpen} />
          })}
        </ol>
      </div>
      {!more && <p className="border-t border-line-soft p-3 text-center text-xs text-subtle">{t('end')}</p>}
    </>
  )
}

type LineProps = { line: AuditLine; top: number; onOpen: (line: AuditLine) => void }
const Line = memo(
  function Line({ line: l, top, onOpen }: LineProps) {
    const { dateTime } = useFormat()
    const names = useAuditNames()
    const who = names.actor(l.actor)
    return (
      <li
        className="absolute inset-x-0 top-0 border-b border-line-soft"
        style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      >
        <button
          type="button"
          onClick={() => onOpen(l)}
          className="flex h-full w-full items-center gap-3 px-4 text-left outline-offset-[-2px] hover:bg-row-hover md:px-5"
        >
          <Avatar name={who} size={28} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{names.action(l.action)}</span>
            <span className="block truncate text-xs text-subtle">
              {[who, names.subject(l.subject), l.ip].filter(Boolean).join(' · ')}
            </span>
          </span>
          <time dateTime={l.at} className="tabular shrink-0 text-xs text-subtle">
            {dateTime(l.at)}
          </time>
        </button>
      </li>
    )
  },
  (a, b) => a.line === b.line && a.top === b.top,
)

export function LinesSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['w-44', 'w-36', 'w-56', 'w-40', 'w-48', 'w-32', 'w-52', 'w-28'].map((w) => (
        <div
          key={w}
          className="flex items-center gap-3 border-b border-line-soft px-4 md:px-5"
          style={{ height: ROW_PX }}
        >
          <Skeleton className="size-7 rounded-full!" />
          <div className="flex flex-1 flex-col gap-1.5">
            <Skeleton className={`h-3.5 ${w}`} />
            <Skeleton className="h-3 w-40" />
          </div>
          <Skeleton className="h-3 w-24" />
        </div>
      ))}
    </div>
  )
}
