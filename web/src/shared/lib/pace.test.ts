import { describe, expect, it } from 'vitest'
import { addSample, pace, roughly, type Sample } from './pace'

const run = (rows: (at: number) => number, upTo: number, total = 1000, step = 500) => {
  let samples: Sample[] = []
  for (let at = 0; at <= upTo; at += step)
    samples = addSample(samples, { at, rows: rows(at), progress: rows(at) / total })
  return samples
}

describe('pace', () => {
  it('says nothing before it has seen about a second', () => {
    expect(pace([])).toEqual({ perSecond: null, secondsLeft: null })
    expect(pace(run((at) => at / 10, 500)).perSecond).toBeNull()
  })
  it('counts rows per second and the time left', () => {
    const p = pace(run((at) => at / 10, 4000))
    expect(p.perSecond).toBeCloseTo(100)
    expect(p.secondsLeft).toBeCloseTo(6)
  })
  it('goes by the last seconds, not by the whole run', () => {
    const p = pace(run((at) => (at < 10_000 ? at / 100 : 100 + (at - 10_000) / 10), 20_000, 10_000))
    expect(p.perSecond).toBeCloseTo(100)
  })
  it('gives no time left while nothing moves, or at the end', () => {
    expect(pace(run(() => 10, 4000))).toEqual({ perSecond: 0, secondsLeft: null })
    expect(pace(run((at) => Math.min(1000, at), 4000)).secondsLeft).toBeNull()
  })
  it('starts over when the numbers do', () => {
    expect(
      addSample(
        run((at) => at / 10, 2000),
        { at: 2500, rows: 0, progress: 0 },
      ),
    ).toHaveLength(1)
  })
  it('keeps one earlier sample when polls were sparse', () => {
    const s = addSample([{ at: 0, rows: 0, progress: 0 }], { at: 60_000, rows: 600, progress: 0.5 })
    expect(pace(s)).toEqual({ perSecond: 10, secondsLeft: 60 })
  })
})

it('rounds a duration to what one would say', () => {
  expect([0.2, 3.1, 11, 61, 200, 5400, 9000].map(roughly)).toEqual([
    { unit: 'second', value: 1 },
    { unit: 'second', value: 4 },
    { unit: 'second', value: 15 },
    { unit: 'second', value: 65 },
    { unit: 'minute', value: 3 },
    { unit: 'hour', value: 1.5 },
    { unit: 'hour', value: 2.5 },
  ])
})
