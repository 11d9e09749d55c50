import { expect, it } from 'vitest'
import { formatOf } from './session-model'

const text = (bytes: number[]) => `1${Buffer.from(bytes).toString('base64')}`
const key = Array.from({ length: 256 }, (_, i) => (i * 7) % 256)
const telethon = text([2, 149, 154, 167, 51, 1, 187, ...key])
const address = [...'149.154.167.51'].map((c) => c.charCodeAt(0))
const gramjs = text([2, 0, address.length, ...address, 1, 187, ...key])

it('knows the strings of both programs, however they are pasted', () => {
  expect(formatOf(telethon)).toBe('telethon')
  expect(formatOf(gramjs)).toBe('gramjs')
  expect(formatOf(`  ${gramjs}\n`)).toBe('gramjs')
  expect(formatOf(telethon.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))).toBe('telethon')
  expect(formatOf(text([2, ...Array<number>(16).fill(9), 1, 187, ...key]))).toBe('telethon')
})
it.each([
  '',
  '1',
  'hello',
  telethon.slice(0, -8),
  telethon.replace(/^1/, '2'),
  text([9, 1, 2, 3, 4, 1, 187, ...key]),
  `1${'%'.repeat(40)}`,
])('says of %j that it is none', (other) => {
  expect(formatOf(other)).toBeNull()
})
