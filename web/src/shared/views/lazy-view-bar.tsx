import { type ComponentProps, lazy, Suspense } from 'react'
import { Skeleton } from '@/shared/ui/skeleton'

const Bar = lazy(() => import('./view-bar'))

/** The bar comes right after the list it belongs to; its line is there from the start. */
export function ViewBar(props: ComponentProps<typeof Bar>) {
  return (
    <Suspense
      fallback={
        <div aria-hidden className="flex h-10 shrink-0 items-center border-b border-line px-4 max-md:h-12">
          <Skeleton className="h-3.5 w-24" />
        </div>
      }
    >
      <Bar {...props} />
    </Suspense>
  )
}
