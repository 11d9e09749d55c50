import { useEffect, useRef, useState } from 'react'

const hasFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false

/** The whole page takes a dropped file. True while one is held over it. */
export function useDrop(enabled: boolean, onFiles: (files: readonly File[]) => void): boolean {
  const [over, setOver] = useState(false)
  const now = useRef({ enabled, onFiles })
  now.current = { enabled, onFiles }
  useEffect(() => {
    let depth = 0
    const move = (by: 1 | -1) => (e: DragEvent) => {
      if (!hasFiles(e)) return
      depth = Math.max(0, depth + by)
      setOver(depth > 0)
    }
    const [enter, leave] = [move(1), move(-1)]
    // Without this the browser opens the file in place of the app.
    const hold = (e: DragEvent) => hasFiles(e) && e.preventDefault()
    const drop = (e: DragEvent) => {
      if (!hasFiles(e)) return
      e.preventDefault()
      depth = 0
      setOver(false)
      if (now.current.enabled) now.current.onFiles([...(e.dataTransfer?.files ?? [])])
    }
    addEventListener('dragenter', enter)
    addEventListener('dragleave', leave)
    addEventListener('dragover', hold)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragleave', leave)
      removeEventListener('dragover', hold)
      removeEventListener('drop', drop)
    }
  }, [])
  return over && enabled
}
