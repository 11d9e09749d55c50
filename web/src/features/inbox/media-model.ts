import type { Media } from './types'

/** How files of a message are shown. Pure. */
export type Speed = 1 | 1.5 | 2
const SPEEDS: readonly Speed[] = [1, 1.5, 2]
export const nextSpeed = (s: Speed): Speed => SPEEDS[(SPEEDS.indexOf(s) + 1) % SPEEDS.length] as Speed

/** Loudness 0–31 over time → as many bars of 0–1; nothing known is a quiet line. */
export function bars(waveform: readonly number[] | null, count: number): number[] {
  if (!waveform || waveform.length === 0) return Array<number>(count).fill(0.15)
  const most = Math.max(1, ...waveform)
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * waveform.length) / count)
    const to = Math.max(from + 1, Math.floor(((i + 1) * waveform.length) / count))
    return Math.max(0.08, Math.max(...waveform.slice(from, to)) / most)
  })
}

export const isPicture = ({ kind, mimeType }: Pick<Media, 'kind' | 'mimeType'>) =>
  kind === 'photo' || (kind === 'sticker' && mimeType.startsWith('image/'))
export const isFilm = ({ kind }: Pick<Media, 'kind'>) =>
  kind === 'video' || kind === 'animation' || kind === 'video_note'
export const isSeen = (m: Media) => isPicture(m) || isFilm(m)

const MOST = { w: 320, h: 340 }
/** The room a single picture takes before it is here: nothing moves when it comes. */
export function boxOf({ width, height }: Pick<Media, 'width' | 'height'>): { width: number; ratio: number } {
  const [w, h] = width && height ? [width, height] : [4, 3]
  // Neither a stripe nor a tower.
  const ratio = Math.min(2.2, Math.max(0.6, w / h))
  return { width: Math.round(Math.min(MOST.w, MOST.h * ratio, Math.max(w, 120))), ratio }
}
/** How many of an album stand beside each other, row by row. */
export function albumRows(count: number): number[] {
  if (count <= 2) return [count]
  if (count === 3) return [1, 2]
  if (count === 4) return [2, 2]
  const rows: number[] = []
  for (let left = count; left > 0; ) {
    const n = left === 4 || left === 2 ? 2 : Math.min(3, left)
    rows.push(n)
    left -= n
  }
  return rows
}
export const extensionOf = (name: string | null) => (/\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1] ?? '').toUpperCase()
