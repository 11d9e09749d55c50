import { cn } from '@/shared/lib/cn'

/** Give it the size of what will stand there. Wrap a group in an element with aria-busy and a name. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-pulse rounded-sm bg-active', className)} />
}
