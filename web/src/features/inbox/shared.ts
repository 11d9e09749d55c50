import { infiniteQueryOptions } from '@tanstack/react-query'
import { create } from 'zustand'
import { get } from '@/shared/api/call'
import type { Media, Named } from './types'

/** What was sent in a conversation, kind by kind. */
export const SHARED = ['photo', 'video', 'file', 'link', 'voice'] as const
export type SharedKind = (typeof SHARED)[number]
export type SharedItem = {
  id: string
  messageId: string
  kind: string
  text: string
  sender: { name: string; id: string | null } | null
  author: Named | null
  direction: 'in' | 'out'
  sentAt: string
  media: Media | null
  links: { url: string; title: string | null }[]
}
type SharedPage = { items: SharedItem[]; page: { nextCursor?: string | null } }

const PAGE = 30
/** A file that was asked for comes in a moment. */
const LOOK_MS = 2500
export const sharedOptions = (chatId: string, kind: SharedKind) =>
  infiniteQueryOptions({
    queryKey: ['chat-media', chatId, kind],
    queryFn: ({ pageParam, signal }) =>
      get<SharedPage>(`/api/messaging/chats/${chatId}/media`, { kind, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    refetchOnMount: 'always',
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((p) => p.items.some((i) => i.media?.state === 'wanted')) ? LOOK_MS : false,
  })

/** Stays as it is from one conversation to the next; closed it asks for nothing. */
export const useShared = create<{ open: boolean; kind: SharedKind }>(() => ({ open: false, kind: 'photo' }))

/** The name of a place on the web as people say it. */
export function hostOf(url: string): string {
  try {
    return new URL(url.includes('://') ? url : `https://${url}`).hostname.replace(/^www\./, '')
  } catch {
    return url
  }
}
/** An address that may be opened: no scripts. */
export function hrefOf(url: string): string | null {
  try {
    const parsed = new URL(url.includes('://') || url.startsWith('mailto:') ? url : `https://${url}`)
    return ['http:', 'https:', 'mailto:', 'tg:'].includes(parsed.protocol) ? parsed.href : null
  } catch {
    return null
  }
}
export type SharedLink = { key: string; url: string; title: string | null; item: SharedItem }
/** One message may have several. */
export const linksOf = (items: readonly SharedItem[]): SharedLink[] =>
  items.flatMap((item) =>
    // An address that is its own title is told once.
    item.links.map(({ url, title }, i) => ({
      key: `${item.id}-${i}`,
      url,
      title: title === url ? null : title,
      item,
    })),
  )
