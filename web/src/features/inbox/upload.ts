import { useEffect, useRef, useState } from 'react'
import { useConnection } from '@/shared/api/connection'
import { csrfToken } from '@/shared/api/csrf'
import { isAbort, toApiError } from '@/shared/api/errors'
import { errorMessage } from '@/shared/api/messages'
import { i18n } from '@/shared/i18n'
import { useSessionExpired } from '@/shared/session/session-query'
import type { Uploaded } from './types'

/** Files on their way into a message. XMLHttpRequest, because fetch does not tell how much has been sent. */
export const MOST_BYTES = 50_000_000
export const MOST_FILES = 10

export function uploadMedia(file: File, signal: AbortSignal, onProgress: (share: number) => void): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const query = new URLSearchParams({ fileName: file.name.slice(-255) })
    xhr.open('POST', `/api/messaging/uploads?${query}`)
    xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    xhr.setRequestHeader('X-Session-Mode', 'cookie')
    xhr.setRequestHeader('Accept-Language', i18n.language)
    const token = csrfToken()
    if (token) xhr.setRequestHeader('X-CSRF-Token', token)
    xhr.responseType = 'json'
    let sent = 0
    xhr.upload.onprogress = (e) => {
      sent = e.loaded
      onProgress(e.total > 0 ? e.loaded / e.total : 0)
    }
    const stop = () => xhr.abort()
    signal.addEventListener('abort', stop)
    xhr.onloadend = () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return reject(new DOMException('Aborted', 'AbortError'))
      if (xhr.status !== 0 || sent === 0) useConnection.getState().set(xhr.status !== 0)
      if (xhr.status >= 200 && xhr.status < 300) return resolve(xhr.response as Uploaded)
      const e = toApiError(xhr.response, xhr.status === 0 ? undefined : new Response(null, { status: xhr.status }))
      if (e.status === 401 && e.code === 'auth.required') useSessionExpired.getState().set(true)
      reject(e)
    }
    xhr.send(file)
  })
}

export type Attachment = {
  key: string
  name: string
  bytes: number
  /** Of a picture, to be seen before it is there. */
  preview: string | null
  share: number
  uploaded: Uploaded | null
  problem: string | null
}
let serial = 0

/** The files that the next message takes along. */
export function useAttachments() {
  const [all, setAll] = useState<Attachment[]>([])
  const aborts = useRef(new Map<string, AbortController>())
  const files = useRef(new Map<string, File>())
  const previews = useRef(new Set<string>())
  useEffect(
    () => () => {
      for (const abort of aborts.current.values()) abort.abort()
      for (const url of previews.current) URL.revokeObjectURL(url)
    },
    [],
  )
  const patch = (key: string, change: Partial<Attachment>) =>
    setAll((now) => now.map((a) => (a.key === key ? { ...a, ...change } : a)))
  const start = (key: string, file: File) => {
    const abort = new AbortController()
    aborts.current.set(key, abort)
    patch(key, { problem: null, share: 0 })
    uploadMedia(file, abort.signal, (share) => patch(key, { share })).then(
      (uploaded) => patch(key, { uploaded, share: 1 }),
      (e: unknown) => !isAbort(e) && patch(key, { problem: errorMessage(e) }),
    )
  }
  const add = (some: readonly File[]): 'tooMany' | 'tooBig' | null => {
    const room = MOST_FILES - all.length
    const fit = some.filter((f) => f.size > 0 && f.size <= MOST_BYTES).slice(0, room)
    for (const file of fit) {
      const key = `f${++serial}`
      const preview = /^image\/(png|jpe?g|webp|gif)$/.test(file.type) ? URL.createObjectURL(file) : null
      if (preview) previews.current.add(preview)
      files.current.set(key, file)
      setAll((now) => [
        ...now,
        { key, name: file.name, bytes: file.size, preview, share: 0, uploaded: null, problem: null },
      ])
      start(key, file)
    }
    if (some.length > room) return 'tooMany'
    return fit.length < some.length ? 'tooBig' : null
  }
  return {
    all,
    add,
    remove: (key: string) => {
      aborts.current.get(key)?.abort()
      setAll((now) => now.filter((a) => a.key !== key))
    },
    again: (key: string) => {
      const file = files.current.get(key)
      if (file) start(key, file)
    },
    /** Sent: the pictures stay for the bubble that shows them meanwhile. */
    clear: () => setAll([]),
    ready: all.every((a) => a.uploaded !== null),
  }
}
