import { useEffect, useState } from 'react'

const MINUTE_MS = 60_000
/** Now, to the minute: for clocks that go on while nothing else happens. */
export function useMinute(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const id = setInterval(() => setNow(Date.now()), MINUTE_MS)
    return () => clearInterval(id)
  }, [])
  return now
}
