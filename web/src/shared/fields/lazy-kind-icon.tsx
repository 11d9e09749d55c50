import type { LucideIcon, LucideProps } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { FieldKind } from './fields'

const KindIcon = lazy(() => import('./kind-icon'))
const render = (kind: FieldKind, { size = 24, ...p }: LucideProps) => (
  <Suspense fallback={<span style={{ width: size, height: size }} className="shrink-0" />}>
    <KindIcon kind={kind} size={size} {...p} />
  </Suspense>
)
const made = new Map<FieldKind, LucideIcon>()
/** The icons of kinds for pages that mostly have none of them on screen. */
export function lazyKindIcon(kind: FieldKind): LucideIcon {
  const icon = made.get(kind) ?? (((p: LucideProps) => render(kind, p)) as unknown as LucideIcon)
  made.set(kind, icon)
  return icon
}
