import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { useDraft } from './draft'
import { anImport, column, preview } from './fixtures'

beforeEach(() => sessionStorage.clear())

it('starts from the guesses, keeps choices over steps, and forgets them with the headings', () => {
  const im = anImport()
  const { result, rerender } = renderHook(({ im }) => useDraft(im), { initialProps: { im } })
  expect(result.current.draft.choices.map((c) => c.target)).toEqual(['name', 'email'])
  act(() => result.current.choose(1, { target: 'skip' }))
  act(() => result.current.change({ policy: 'update', tags: ['BD'] }))
  const again = renderHook(() => useDraft(im))
  expect(again.result.current.draft.choices.map((c) => c.target)).toEqual(['name', 'skip'])
  expect(sessionStorage.getItem('rapport.imports')).toContain('"policy":"update"')

  const other = preview({ headerRow: 1, columns: [column(0, 'Анна'), column(1, 'anna@example.com')] })
  rerender({ im: anImport({ preview: other }) })
  expect(result.current.draft.choices.map((c) => c.target)).toEqual(['skip', 'skip'])
  expect(result.current.draft).toMatchObject({ policy: 'update', tags: ['BD'] })
  expect(result.current.draft.detected.headerRow).toBe(0)
  act(() => result.current.drop())
  expect(result.current.draft.policy).toBe('skip')
})
