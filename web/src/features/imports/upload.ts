import type { FieldRecordType, Import } from '@/api/gen/types.gen'
import { useConnection } from '@/shared/api/connection'
import { csrfToken } from '@/shared/api/csrf'
import { toApiError } from '@/shared/api/errors'
import { i18n } from '@/shared/i18n'
import { useSessionExpired } from '@/shared/session/session-query'

type Upload = {
  file: Blob
  fileName: string
  recordType: FieldRecordType
  signal: AbortSignal
  onProgress: (sent: number) => void
}
/** The raw file as the body. XMLHttpRequest, because fetch does not tell how much has been sent. Otherwise as the API client. */
export function uploadFile({ file, fileName, recordType, signal, onProgress }: Upload): Promise<Import> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const query = new URLSearchParams({ recordType, fileName: fileName.slice(-255) })
    xhr.open('POST', `/api/crm/imports?${query}`)
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
      if (xhr.status >= 200 && xhr.status < 300) return resolve(xhr.response as Import)
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
    xhr.send(file)
  })
}
