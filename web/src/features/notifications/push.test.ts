import { expect, it, vi } from 'vitest'
import { bytesOf, canPush } from './push'

it('reads a key as the server writes it', () => {
  expect([...bytesOf('-_-_')]).toEqual([251, 255, 191])
  expect(
    bytesOf('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
  ).toHaveLength(65)
})
it.each([
  [false, 'insecure'],
  [true, 'unsupported'],
])('says why there is none (https: %s)', (isSecure, why) => {
  vi.stubGlobal('isSecureContext', isSecure)
  expect(canPush()).toBe(why)
  vi.unstubAllGlobals()
})
