import { Bookmark } from 'lucide-react'
import { lazy, Suspense } from 'react'

const Glyph = lazy(() => import('./icons'))

/** The sign of a view; its place is kept until it is there. */
export function ViewIcon({ icon, size = 14 }: { icon: string | null; size?: number }) {
  if (!icon || icon === 'bookmark') return <Bookmark size={size} strokeWidth={1.9} className="shrink-0" aria-hidden />
  return (
    <Suspense fallback={<span className="shrink-0" style={{ width: size, height: size }} />}>
      <Glyph icon={icon} size={size} />
    </Suspense>
  )
}
