import '@testing-library/jest-dom/vitest'
import { cleanup } from '@testing-library/react'
import { afterEach, beforeAll } from 'vitest'
import { initI18n, NAMESPACES } from '@/shared/i18n'

// What jsdom lacks; before any module is loaded, because stores read it at once.
window.matchMedia ??= ((q: string) => ({
  matches: false,
  media: q,
  addEventListener() {},
  removeEventListener() {},
})) as never
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as never
Element.prototype.scrollIntoView ??= () => {}
Element.prototype.getAnimations ??= () => []

beforeAll(() => initI18n(...NAMESPACES))
afterEach(cleanup)
