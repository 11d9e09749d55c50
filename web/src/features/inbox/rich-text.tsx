import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { type Segment, segments } from './entities'
import type { Entity } from './types'

const LOOK: Record<string, string> = {
  bold: 'font-semibold',
  italic: 'italic',
  underline: 'underline',
  strike: 'line-through',
  code: 'font-mono text-xs rounded-xs bg-active px-1',
  pre: 'block font-mono text-xs rounded-sm bg-active px-2 py-1 whitespace-pre-wrap',
  quote: 'block border-l-2 border-line-strong pl-2 text-muted',
  mention: 'font-medium text-accent-text',
  hashtag: 'text-accent-text',
}
/** A message as it was set: bold, code, links. What hides shows at a press. */
export function RichText({ text, entities, marks = [] }: { text: string; entities: Entity[]; marks?: Entity[] }) {
  return (
    <span className="break-words whitespace-pre-wrap" style={{ overflowWrap: 'anywhere' }}>
      {segments(text, [...entities, ...marks]).map((s) => (
        <Piece key={s.at} segment={s} />
      ))}
    </span>
  )
}
function Piece({ segment: { text, kinds, href } }: { segment: Segment }) {
  const look = cn(...kinds.map((k) => LOOK[k]))
  if (kinds.includes('spoiler')) return <Spoiler>{text}</Spoiler>
  const style = kinds.includes('italic') ? ({ fontStyle: 'italic' } as const) : undefined
  if (href)
    return (
      <a
        href={href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className={cn('text-accent-text underline decoration-accent-line underline-offset-4', look)}
        style={style}
      >
        {text}
      </a>
    )
  if (kinds.length === 0) return text
  return (
    <span className={look} style={style}>
      {text}
    </span>
  )
}
function Spoiler({ children }: { children: string }) {
  const { t } = useTranslation('inbox')
  const [shown, setShown] = useState(false)
  if (shown) return <span className="rounded-xs bg-active px-0.5">{children}</span>
  return (
    <button
      type="button"
      aria-label={t('showSpoiler')}
      onClick={() => setShown(true)}
      className="rounded-xs bg-control px-0.5 select-none"
      style={{ color: 'transparent' }}
    >
      {children}
    </button>
  )
}
