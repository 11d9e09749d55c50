import { i18n } from '@/shared/i18n'
import { useSessionExpired } from '@/shared/session/session-query'
import { useConnection } from './connection'
import { csrfToken } from './csrf'
import { toApiError } from './errors'

type Upload = {
  url: string
  query: Record<string, string>
  body: Blob
  signal: AbortSignal
  /** Bytes on their way so far. */
  onProgress: (sent: number) => void
}
/** The raw file as the body. XMLHttpRequest, because fetch does not tell how much has been sent. Otherwise as the API client. */
export function upload<T>({ url, query, body, signal, onProgress }: Upload): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', `${url}?${new URLSearchParams(query)}`)
    xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    xhr.setRequestHeader('X-Session-Mode', 'cookie')
    xhr.setRequestHeader('Accept-Language', i18n.language)
    const token = csrfToken()
    if (token) xhr.setRequestHeader('X-CSRF-Token', token)
    xhr.responseType = 'json'
    let sent = 0
    xhr.upload.onprogress = (e) => {
      sent = e.loaded
      onProgress(sent)
    }
    const stop = () => xhr.abort()
    signal.addEventListener('abort', stop)
    xhr.onloadend = () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return reject(new DOMException('Aborted', 'AbortError'))
      // A server that refuses a large body may close the connection in the middle: that is not being offline.
      if (xhr.status !== 0 || sent === 0) useConnection.getState().set(xhr.status !== 0)
      if (xhr.status >= 200 && xhr.status < 300) return resolve(xhr.response as T)
      const headers = ['Retry-After', 'X-Request-Id'].flatMap((h) => {
        const v = xhr.getResponseHeader(h)
        return v === null ? [] : [[h, v] as [string, string]]
      })
      const e = toApiError(
        xhr.response,
        xhr.status === 0 ? undefined : new Response(null, { status: xhr.status, headers }),
      )
      if (e.status === 401 && e.code === 'auth.required') useSessionExpired.getState().set(true)
      reject(e)
    }
    xhr.send(body)
  })
}
