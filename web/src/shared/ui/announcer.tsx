import { create } from 'zustand'

type Politeness = 'polite' | 'assertive'
const useMessages = create<Record<Politeness, { text: string; n: number }>>(() => ({
  polite: { text: '', n: 0 },
  assertive: { text: '', n: 0 },
}))

/** Says something to screen-reader users only: results counted, a row moved, a value added. */
export function announce(text: string, politeness: Politeness = 'polite') {
  useMessages.setState((s) => ({ [politeness]: { text, n: s[politeness].n + 1 } }))
}

/** Mounted once, in the root. The no-break space makes an equal text a change, so it is read again. */
export function LiveRegions() {
  const m = useMessages()
  return (['polite', 'assertive'] as const).map((p) => (
    <div key={p} aria-live={p} aria-atomic className="sr-only">
      {m[p].text && m[p].text + (m[p].n % 2 ? '' : '\u00a0')}
    </div>
  ))
}
