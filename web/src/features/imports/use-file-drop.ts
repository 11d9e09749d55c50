import { useEffect, useRef } from 'react'
import { useDrop } from '@/shared/lib/use-drop'
import { looksLikeTable } from './file-check'

const typing = (el: EventTarget | null) =>
  el instanceof HTMLElement && (el.isContentEditable || el.matches('input, textarea, select'))

type Handlers = { onFiles: (files: readonly File[]) => void; onCells: (text: string) => void; enabled: boolean }
/** The whole page takes a dropped file, a pasted file, and cells pasted from a spreadsheet. True while a file is held over it. */
export function useFileDrop(handlers: Handlers): boolean {
  const h = useRef(handlers)
  h.current = handlers
  useEffect(() => {
    const paste = (e: ClipboardEvent) => {
      if (!h.current.enabled || typing(e.target)) return
      const files = [...(e.clipboardData?.files ?? [])]
      const text = e.clipboardData?.getData('text/plain') ?? ''
      // Spreadsheets offer a picture of the cells beside their text.
      if (looksLikeTable(text)) h.current.onCells(text)
      else if (files.length > 0) h.current.onFiles(files)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [])
  return useDrop(handlers.enabled, handlers.onFiles)
}
