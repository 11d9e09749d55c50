import { useEffect } from 'react'

/** Every operation of the server is one module: it comes after the page, before anybody can have typed. */
export const sdk = () => import('@/api/gen/sdk.gen')

export function useSdkSoon() {
  useEffect(() => {
    void sdk().catch(() => {}) // asked for again, and missed, on submit
  }, [])
}
