import type { SavedView } from './model'

/** What is asked in a window: a name for a new view, or of a view that is there. */
export type Asking = { what: 'new' } | { what: 'edit'; view: SavedView }
