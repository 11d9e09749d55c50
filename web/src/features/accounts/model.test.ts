import { expect, it } from 'vitest'
import { healthTone } from '@/shared/ui/health-ring'
import { anAccount } from './fixtures'
import { digitsOf, mainReasons, ownerOf, phoneOf, progressOf, shareOf, spanOf, toneOf, wayOut } from './model'
import { accountSearch, accountsSearch } from './search-params'
import type { Status } from './types'

it('knows what a person can do about each status', () => {
  const way = (status: Status) => wayOut({ status })
  expect([way('code_sent'), way('password_required'), way('reauth_required')]).toEqual([
    'code',
    'password',
    'reconnect',
  ])
  expect([way('connected'), way('reconnecting'), way('flood_wait'), way('restricted')]).toEqual([
    null,
    null,
    null,
    null,
  ])
})
it('an account on pause is no trouble, and not at work', () => {
  expect(toneOf(anAccount({ mode: 'paused' }))).toBe('gray')
  expect(toneOf(anAccount({ mode: 'replies_only' }))).toBe('sky')
  expect(toneOf(anAccount({ mode: 'paused', status: 'reauth_required' }))).toBe('red')
  expect([healthTone(80), healthTone(50), healthTone(49)]).toEqual(['green', 'amber', 'red'])
})
it('names the gravest reasons, three at most', () => {
  const reasons = [5, 30, 10, 20].map((weight) => ({ code: 'floods' as const, text: '', weight }))
  expect(mainReasons(anAccount({ health: { score: 35, band: 'poor', reasons } })).map((r) => r.weight)).toEqual([
    30, 20, 10,
  ])
})
it('whoever has left has no name any more', () => {
  expect(ownerOf({ owner: null })).toBeNull()
  expect(ownerOf({ owner: { id: 'u1', name: null } })).toEqual({ id: 'u1', name: '…' })
})
it('measures how far history is', () => {
  const status = {
    state: 'running',
    chats: { done: 1, total: 4 },
    startedAt: null,
    etaSeconds: null,
    waitUntil: null,
  } as const
  expect(progressOf({ ...status, messages: { done: 5, total: 10 } })).toBe(0.5)
  expect(progressOf({ ...status, messages: { done: 5, total: null } })).toBe(0.25)
  expect(progressOf({ ...status, chats: { done: 0, total: 0 }, messages: { done: 0, total: null } })).toBeUndefined()
  expect(progressOf({ ...status, state: 'done', messages: { done: 5, total: 10 } })).toBe(1)
  expect([spanOf(0), spanOf(95), spanOf(7200)]).toEqual([
    { unit: 'second', count: 1 },
    { unit: 'minute', count: 2 },
    { unit: 'hour', count: 2 },
  ])
  expect([shareOf(5, 10), shareOf(20, 10), shareOf(0, 0)]).toEqual([0.5, 1, 1])
})
it('takes numbers and codes as people write them', () => {
  expect([phoneOf('+44 20 7946-0000'), phoneOf('8 (900) 1'), phoneOf('abc'), phoneOf('12')]).toEqual([
    '+442079460000',
    '+89001',
    null,
    null,
  ])
  expect([digitsOf('Code: 2-2-2 2 2!', 5), digitsOf('123456', 5)]).toEqual(['22222', '12345'])
})
it('reads of the address only what it knows', () => {
  expect([accountsSearch({ connect: '1' }), accountsSearch({ connect: 'no' })]).toEqual([{ connect: true }, {}])
  expect([accountSearch({ tab: 'limits' }), accountSearch({ tab: 'overview' }), accountSearch({ tab: 'x' })]).toEqual([
    { tab: 'limits' },
    {},
    {},
  ])
})
