import type { FieldRecordType, Import } from '@/api/gen/types.gen'
import { upload } from '@/shared/api/upload'

type Upload = {
  file: Blob
  fileName: string
  recordType: FieldRecordType
  signal: AbortSignal
  onProgress: (sent: number) => void
}
export const uploadFile = ({ file, fileName, recordType, signal, onProgress }: Upload): Promise<Import> =>
  upload({
    url: '/api/crm/imports',
    query: { recordType, fileName: fileName.slice(-255) },
    body: file,
    signal,
    onProgress,
  })
