import type { Import, ImportColumn, ImportPreview } from '@/api/gen/types.gen'

// Made-up imports for the tests of this folder.
export const column = (index: number, header: string, rest: Partial<ImportColumn> = {}): ImportColumn => ({
  index,
  header,
  samples: ['x'],
  guess: null,
  confidence: 0,
  ...rest,
})
export const preview = (rest: Partial<ImportPreview> = {}): ImportPreview => ({
  encoding: 'UTF-8',
  delimiter: ',',
  headerRow: 0,
  columns: [
    column(0, 'Name', { guess: 'name', confidence: 1 }),
    column(1, 'Mail', { guess: 'email', confidence: 0.8 }),
  ],
  rows: [
    ['Name', 'Mail'],
    ['Анна', 'anna@example.com'],
  ],
  warnings: [],
  ...rest,
})
export const anImport = (rest: Partial<Import> = {}): Import => ({
  id: '01900000-0000-7000-8000-000000000001',
  recordType: 'contact',
  status: 'ready',
  fileName: 'people.csv',
  sizeBytes: 1000,
  preview: preview(),
  mapping: null,
  duplicatePolicy: null,
  progress: 0,
  counts: { rows: 0, created: 0, updated: 0, skipped: 0, failed: 0, companiesCreated: 0 },
  errorCode: null,
  revert: null,
  hasErrorFile: false,
  createdBy: null,
  createdByName: null,
  createdAt: '2026-11-21T10:00:00Z',
  startedAt: null,
  finishedAt: null,
  batchId: '01900000-0000-7000-8000-000000000001',
  ...rest,
})
