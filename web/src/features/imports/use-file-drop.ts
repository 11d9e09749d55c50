import { useEffect, useRef, useState } from 'react'
import { looksLikeTable } from './file-check'

const hasFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false
const typing = (el: EventTarget | null) =>
  el instanceof HTMLElement && (el.isContentEditable || el.matches('input, textarea, select'))

type Handlers = { onFiles: (files: readonly File[]) => void; onCells: (text: string) => void; enabled: boolean }
/** The whole page takes a dropped file, a pasted file, and cells pasted from a spreadsheet. True while a file is held over it. */
export function useFileDrop(handlers: Handlers): boolean {
  const [over, setOver] = useState(false)
  const h = useRef(handlers)
  h.current = handlers
  useEffect(() => {
    let depth = 0
    const enter = (e: DragEvent) => {
      if (!hasFiles(e)) return
      depth++
      setOver(true)
    }
    const leave = (e: DragEvent) => {
      if (!hasFiles(e)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    // Without this the browser opens the file in place of the app.
    const hold = (e: DragEvent) => hasFiles(e) && e.preventDefault()
    const drop = (e: DragEvent) => {
      if (!hasFiles(e)) return
      e.preventDefault()
      depth = 0
      setOver(false)
      if (h.current.enabled) h.current.onFiles([...(e.dataTransfer?.files ?? [])])
    }
    const paste = (e: ClipboardEvent) => {
      if (!h.current.enabled || typing(e.target)) return
      const files = [...(e.clipboardData?.files ?? [])]
      const text = e.clipboardData?.getData('text/plain') ?? ''
      // Spreadsheets offer a picture of the cells beside their text.
      if (looksLikeTable(text)) h.current.onCells(text)
      else if (files.length > 0) h.current.onFiles(files)
    }
    addEventListener('dragenter', enter)
    addEventListener('dragleave', leave)
    addEventListener('dragover', hold)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragleave', leave)
      removeEventListener('dragover', hold)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [])
  return over && handlers.enabled
}
