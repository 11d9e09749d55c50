import { useEffect, useState } from 'react'

/** Seconds left, once a second, down to 0: for “try again in …” after a 429. A new `key` starts it again. */
export function useCountdown(seconds: number | undefined, key?: unknown): number {
  const [left, setLeft] = useState(seconds ?? 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: key restarts the count for an equal number of seconds
  useEffect(() => {
    const end = Date.now() + (seconds ?? 0) * 1000
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)))
    tick()
    if (!seconds) return
    const id = setInterval(tick, 1000)
    return () => clearInterval(id)
  }, [seconds, key])
  return left
}
