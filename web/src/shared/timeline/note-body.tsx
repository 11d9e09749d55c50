import type { Note } from '@/api/gen/types.gen'
import { partsOf } from './mentions'

/** The text of a note, with the people it mentions. */
export function NoteBody({ note }: { note: Pick<Note, 'body' | 'mentions'> }) {
  let at = 0
  return (
    <p className="px-3 pb-2.5 break-words whitespace-pre-wrap">
      {partsOf(note.body).map((p) => {
        const key = at++
        if ('text' in p) return <span key={key}>{p.text}</span>
        // Who is no member was not mentioned.
        if (!note.mentions.includes(p.id)) return <span key={key}>@{p.name}</span>
        return (
          <span key={key} className="rounded-sm bg-accent-soft px-1 font-medium text-accent-text">
            @{p.name}
          </span>
        )
      })}
    </p>
  )
}
