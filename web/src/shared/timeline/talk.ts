import type { TimelineConversation } from '@/api/gen/types.gen'
import type { Tools } from './tell'

/** Days of conversations in words. Pure. */
type Words = { t: Tools['t']; fmt: Pick<Tools['fmt'], 'num'> }
/** Sides are counted up to here. */
const MOST = 1000
const KINDS = ['photo', 'video', 'animation', 'video_note', 'voice', 'audio', 'sticker', 'file'] as const

/** How many messages came and went; a side without any is not told. */
export function sidesOf(
  { received, sent }: Pick<TimelineConversation, 'received' | 'sent'>,
  { t, fmt }: Words,
): string {
  const side = (which: 'in' | 'out', count: number) =>
    count > 0 ? [t(`talk.${which}`, { n: `${fmt.num(count)}${count >= MOST ? '+' : ''}` })] : []
  return [...side('in', received), ...side('out', sent)].join(', ')
}
/** The last message in one line. */
export function saidOf({ lastMessage: { text, mediaKind } }: TimelineConversation, { t }: Pick<Words, 't'>): string {
  const kind = KINDS.find((k) => k === mediaKind) ?? (mediaKind ? 'file' : null)
  return [kind && t(`talk.media.${kind}`), text.replace(/\s+/g, ' ').trim()].filter(Boolean).join(' · ')
}
