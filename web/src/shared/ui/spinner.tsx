import { cn } from '@/shared/lib/cn'

/** Inside a busy button only; data being loaded is shown by skeletons. */
export function Spinner({ size = 16, className }: { size?: number; className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      className={cn('animate-spin', className)}
    >
      <circle cx="8" cy="8" r="6" opacity=".25" />
      <path d="M14 8a6 6 0 0 0-6-6" />
    </svg>
  )
}
