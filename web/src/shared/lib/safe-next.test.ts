import { expect, it } from 'vitest'
import { safeNext } from './safe-next'

it('only follows paths of this app', () => {
  expect(safeNext('/contacts?search=a')).toBe('/contacts?search=a')
  for (const bad of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'contacts',
    '/signin?next=/',
    1,
    undefined,
  ])
    expect(safeNext(bad)).toBeUndefined()
})
