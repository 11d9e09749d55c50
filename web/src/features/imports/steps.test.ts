import { expect, it } from 'vitest'
import { isBusy, parseImportsSearch, parseWizardSearch, stepOf } from './steps'

it('reads the step from the URL and drops what it does not know', () => {
  expect(parseWizardSearch({ step: 'columns' })).toEqual({ step: 'columns' })
  expect(parseWizardSearch({ step: 'duplicates' })).toEqual({ step: 'duplicates' })
  for (const step of ['preview', 'run', 'result', 'x', 1, undefined])
    expect(parseWizardSearch({ step })).toEqual({ step: undefined })
})
it('reads what to import from the URL', () => {
  expect(parseImportsSearch({ type: 'company' })).toEqual({ type: 'company' })
  expect(parseImportsSearch({ type: 'contact' })).toEqual({ type: undefined })
  expect(parseImportsSearch({ type: 'deal' })).toEqual({ type: 'deal' })
  expect(parseImportsSearch({ type: 'note' })).toEqual({ type: undefined })
})
it('lets the URL choose only before the start, and not past columns that need a look', () => {
  expect(stepOf('ready', undefined, true)).toBe('preview')
  expect(stepOf('ready', 'columns', false)).toBe('columns')
  expect(stepOf('ready', 'duplicates', true)).toBe('duplicates')
  expect(stepOf('ready', 'duplicates', false)).toBe('columns')
  expect(stepOf('running', 'columns', true)).toBe('run')
  for (const s of ['completed', 'failed', 'cancelled', 'reverting', 'reverted'] as const)
    expect(stepOf(s, 'columns', true)).toBe('result')
})
it('knows when there is something to wait for', () => {
  expect((['ready', 'running', 'completed', 'reverting'] as const).map(isBusy)).toEqual([false, true, false, true])
})
