import { digitsOf } from './money'

const SUFFIX: Record<string, number> = { k: 1e3, K: 1e3, к: 1e3, т: 1e3, m: 1e6, M: 1e6, м: 1e6 }
/** `12 500,50`, `12.5k`, `1,2 м` → minor units; null for what is no amount. */
export function parseMoney(text: string, currency: string): number | null {
  const found = /^([\d\s.,'’\u00a0\u202f]+?)\s*([kKmMктм])?$/.exec(text.trim())
  if (!found?.[1]) return null
  const value = readNumber(found[1])
  if (value === null) return null
  const minor = Math.round(value * (SUFFIX[found[2] ?? ''] ?? 1) * 10 ** digitsOf(currency))
  return minor <= 1e15 ? minor : null
}
/** The last separator is the decimal one, unless three digits follow it. */
function readNumber(text: string): number | null {
  const plain = text.replace(/[\s'’\u00a0\u202f]/g, '')
  const last = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','))
  const tail = last < 0 ? '' : plain.slice(last + 1)
  const isDecimal = last >= 0 && tail.length !== 3
  const digits = isDecimal ? `${plain.slice(0, last).replace(/[.,]/g, '')}.${tail}` : plain.replace(/[.,]/g, '')
  return /^\d+\.?\d*$|^\.\d+$/.test(digits) ? Number(digits) : null
}
