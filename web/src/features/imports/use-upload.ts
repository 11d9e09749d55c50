import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldRecordType } from '@/api/gen/types.gen'
import { isAbort } from '@/shared/api/errors'
import { announce } from '@/shared/ui/announcer'
import { rememberImport } from './api'
import { kindOf } from './file-check'
import { uploadFile } from './upload'
import { type Problem, problemOf } from './upload-problem'

export type Upload =
  | { phase: 'idle' }
  | { phase: 'sending'; name: string; size: number; sent: number }
  | { phase: 'failed'; name: string; problem: Problem }

/** From a chosen file to the page of its import. */
export function useUpload(recordType: FieldRecordType) {
  const { t } = useTranslation('imports')
  const qc = useQueryClient()
  const nav = useNavigate()
  const [upload, setUpload] = useState<Upload>({ phase: 'idle' })
  const abort = useRef<AbortController>(null)
  useEffect(() => () => abort.current?.abort(), [])

  const fail = (name: string, problem: Problem) => setUpload({ phase: 'failed', name, problem })
  const start = async (file: Blob, name: string) => {
    abort.current?.abort()
    const control = new AbortController()
    abort.current = control
    const { signal } = control
    setUpload({ phase: 'sending', name, size: file.size, sent: 0 })
    let sent = 0
    try {
      const kind = await kindOf(file, name)
      if (signal.aborted) return
      if (kind !== 'csv') return fail(name, { kind })
      announce(t('drop.sending', { file: name }))
      const im = await uploadFile({
        file,
        fileName: name,
        recordType,
        signal,
        onProgress: (n) => {
          sent = n
          setUpload({ phase: 'sending', name, size: file.size, sent: n })
        },
      })
      rememberImport(qc, im)
      await nav({ to: '/import/$id', params: { id: im.id } })
    } catch (e) {
      if (!signal.aborted && !isAbort(e)) fail(name, problemOf(e, sent))
    }
  }
  const reset = () => {
    abort.current?.abort()
    setUpload({ phase: 'idle' })
  }
  return { upload, start: (file: Blob, name: string) => void start(file, name), reset }
}
