import type { FieldRecordType, ImportStatus } from '@/api/gen/types.gen'

export const STEPS = ['preview', 'columns', 'duplicates', 'run', 'result'] as const
export type Step = (typeof STEPS)[number]
const CHOOSING = ['preview', 'columns', 'duplicates'] as const
/** Steps one can go to and fro between, until the import is started: they are in the URL. */
export type ChoosingStep = (typeof CHOOSING)[number]
export type WizardSearch = { step?: ChoosingStep }
export type ImportsSearch = { type?: FieldRecordType }

export function parseWizardSearch(s: Record<string, unknown>): WizardSearch {
  return { step: CHOOSING.find((x) => x === s['step'] && x !== 'preview') }
}
export function parseImportsSearch(s: Record<string, unknown>): ImportsSearch {
  const type = s['type']
  return { type: type === 'company' || type === 'deal' ? type : undefined }
}

/** The status decides; the URL only chooses among the steps before the start. `sound`: the columns may be used as they are. */
export function stepOf(status: ImportStatus, wanted: ChoosingStep | undefined, sound: boolean): Step {
  if (status === 'running') return 'run'
  if (status !== 'ready') return 'result'
  return wanted === 'duplicates' && !sound ? 'columns' : (wanted ?? 'preview')
}

export const isBusy = (s: ImportStatus | undefined) => s === 'running' || s === 'reverting'
