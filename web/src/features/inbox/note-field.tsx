import { NoteText } from '@/shared/timeline/note-text'

/** The field of a note, which offers people behind an `@`; it comes when one wants to write one. */
export default NoteText
