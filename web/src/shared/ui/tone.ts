export const TONES = [
  'gray',
  'blue',
  'sky',
  'teal',
  'green',
  'lime',
  'amber',
  'orange',
  'red',
  'pink',
  'purple',
  'violet',
] as const
export type Tone = (typeof TONES)[number]

export function hash(s: string) {
  let h = 0
  for (let i = 0; i < s.length; i++) h = (h * 31 + s.charCodeAt(i)) | 0
  return Math.abs(h)
}
/** The same word has the same tone everywhere: for tags, which carry no colour of their own. */
export function toneOf(s: string): Tone {
  return TONES[1 + (hash(s.toLowerCase()) % (TONES.length - 1))] as Tone
}
