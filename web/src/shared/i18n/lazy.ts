import { type ComponentType, lazy } from 'react'
import { loadTexts, type Namespace } from '.'

/** A part of a page that comes by itself, and its texts with it. */
export function lazyWithTexts<P>(texts: readonly Namespace[], load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => Promise.all([load(), loadTexts(...texts)]).then(([part]) => part))
}
