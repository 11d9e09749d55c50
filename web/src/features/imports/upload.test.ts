import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useConnection } from '@/shared/api/connection'
import { ApiError } from '@/shared/api/errors'
import { useSessionExpired } from '@/shared/session/session-query'
import { kindOf, looksLikeTable } from './file-check'
import { anImport } from './fixtures'
import { uploadFile } from './upload'
import { problemOf } from './upload-problem'

class FakeXhr {
  static last: FakeXhr
  method = ''
  url = ''
  body: unknown
  status = 0
  response: unknown = null
  responseType = ''
  headers: Record<string, string> = {}
  answerHeaders: Record<string, string> = {}
  upload: { onprogress?: (e: { loaded: number }) => void } = {}
  onloadend?: () => void
  constructor() {
    FakeXhr.last = this
  }
  open(method: string, url: string) {
    this.method = method
    this.url = url
  }
  setRequestHeader(k: string, v: string) {
    this.headers[k] = v
  }
  getResponseHeader(k: string) {
    return this.answerHeaders[k] ?? null
  }
  send(body: unknown) {
    this.body = body
  }
  abort() {
    this.onloadend?.()
  }
  answer(status: number, response: unknown) {
    this.status = status
    this.response = response
    this.onloadend?.()
  }
}
beforeEach(() => {
  vi.stubGlobal('XMLHttpRequest', FakeXhr)
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie is what is under test
  document.cookie = 'rapport_csrf=tok'
})
afterEach(() => {
  vi.unstubAllGlobals()
  useConnection.getState().set(true)
  useSessionExpired.getState().set(false)
})
const start = (onProgress: (n: number) => void = () => {}) => {
  const control = new AbortController()
  const file = new Blob(['a,b'])
  const done = uploadFile({
    file,
    fileName: 'люди & co.csv',
    recordType: 'contact',
    signal: control.signal,
    onProgress,
  })
  return { control, done, file, xhr: FakeXhr.last }
}

it('sends the raw file as the contract wants it and reports how far it is', async () => {
  const seen: number[] = []
  const { done, xhr, file } = start((n) => seen.push(n))
  expect(xhr.method).toBe('POST')
  expect(new URL(xhr.url, 'http://x').searchParams.get('fileName')).toBe('люди & co.csv')
  expect(xhr.headers).toMatchObject({
    'Content-Type': 'application/octet-stream',
    'X-Session-Mode': 'cookie',
    'X-CSRF-Token': 'tok',
    'Accept-Language': 'en',
  })
  expect(xhr.body).toBe(file)
  xhr.upload.onprogress?.({ loaded: 2 })
  xhr.answer(201, anImport())
  expect((await done).fileName).toBe('people.csv')
  expect(seen).toEqual([2])
})
it('turns a refusal into the error that every call throws', async () => {
  const { done, xhr } = start()
  xhr.answerHeaders = { 'X-Request-Id': 'r1' }
  xhr.answer(422, { error: 'Not text', code: 'import.not_text', details: [] })
  await expect(done).rejects.toMatchObject({ status: 422, code: 'import.not_text', requestId: 'r1' })
})
it('asks to sign in again when the session is over', async () => {
  const { done, xhr } = start()
  xhr.answer(401, { error: '', code: 'auth.required' })
  await expect(done).rejects.toMatchObject({ status: 401 })
  expect(useSessionExpired.getState().expired).toBe(true)
})
it('can be stopped', async () => {
  const { done, control } = start()
  control.abort()
  await expect(done).rejects.toMatchObject({ name: 'AbortError' })
})
it('is offline only when nothing went through', async () => {
  const broken = start()
  broken.xhr.upload.onprogress?.({ loaded: 1 })
  broken.xhr.answer(0, null)
  await expect(broken.done).rejects.toMatchObject({ code: 'network' })
  expect(useConnection.getState().online).toBe(true)
  const none = start()
  none.xhr.answer(0, null)
  await expect(none.done).rejects.toMatchObject({ code: 'network' })
  expect(useConnection.getState().online).toBe(false)
})

it('explains each refusal in its own words', () => {
  const e = (status: number, code?: string) => new ApiError(status, { code })
  expect(problemOf(e(422, 'import.empty'), 0)).toEqual({ kind: 'empty' })
  expect(problemOf(e(422, 'import.not_text'), 0)).toEqual({ kind: 'notText' })
  expect(problemOf(e(422, 'import.spreadsheet'), 0)).toEqual({ kind: 'workbook' })
  expect(problemOf(e(422, 'import.archive'), 0)).toEqual({ kind: 'archive' })
  expect(problemOf(e(413, 'body.too_large'), 0)).toEqual({ kind: 'tooLarge' })
  expect(problemOf(e(0), 5)).toEqual({ kind: 'interrupted' })
  expect(problemOf(e(0), 0).kind).toBe('other')
  expect(problemOf(new Error('?'), 0).kind).toBe('other')
})

it('knows by the first bytes what people bring in place of a CSV', async () => {
  const kind = (name: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]) => kindOf(new Blob(parts), name)
  const zip = new Uint8Array([0x50, 0x4b, 3, 4, 0])
  expect(await kind('a.csv')).toBe('empty')
  expect(await kind('Book1.XLSX', zip)).toBe('workbook')
  expect(await kind('Basic_LinkedInDataExport.zip', zip)).toBe('archive')
  expect(await kind('old.xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]))).toBe('workbook')
  expect(await kind('a.pdf', '%PDF-1.7')).toBe('pdf')
  expect(await kind('a.vcf', '\ufeffBEGIN:VCARD\r\n')).toBe('vcard')
  expect(await kind('really-csv.xls', 'Name,Mail\n')).toBe('csv')
  expect(await kind('picture.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBe('csv') // the server's to judge
})
it('takes pasted cells for a table, a pasted word not', () => {
  expect(looksLikeTable('Name\tMail\nАнна\ta@x.co')).toBe(true)
  expect(looksLikeTable('one line, with a comma')).toBe(false)
  expect(looksLikeTable('two\nlines')).toBe(false)
})
