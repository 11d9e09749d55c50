import { createHmac } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { call } from './api'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const STEP_MS = 30_000

function bytesOf(base32: string): Buffer {
  let bits = ''
  for (const letter of base32.replace(/[\s=]/g, '')) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
/** What an authenticator app shows (RFC 6238: SHA-1, six digits, thirty seconds). */
export function totp(secret: string, at = Date.now()): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)))
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1e6).padStart(6, '0')
}
/** A code is good once: the next one, as late as the clocks of apps may differ from the server's. */
export const nextTotp = (secret: string) => totp(secret, Date.now() + STEP_MS)

export type Factor = { secret: string; backupCodes: string[] }
/** By the routes alone; the session is as fresh as its sign-in. */
export async function setUpTotp(page: Page): Promise<Factor> {
  const { secret } = await call<{ secret: string }>(page, 'POST', '/api/auth/mfa/totp')
  const { backupCodes } = await call<{ backupCodes: string[] }>(page, 'POST', '/api/auth/mfa/totp/confirm', {
    code: totp(secret),
  })
  expect(backupCodes).toHaveLength(10)
  return { secret, backupCodes }
}
