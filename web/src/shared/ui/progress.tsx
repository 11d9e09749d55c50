import { cn } from '@/shared/lib/cn'

/** `value` 0..1; without one the length of the work is unknown. `label` is the accessible name. */
export function ProgressBar({ value, label, className }: { value?: number; label: string; className?: string }) {
  const pct = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={pct}
      className={cn('relative h-1.5 w-full overflow-hidden rounded-full bg-active', className)}
    >
      <div
        className={cn(
          'h-full rounded-full bg-accent transition-[width] duration-300',
          pct === undefined && 'progress-unknown w-1/3',
        )}
        style={pct === undefined ? undefined : { width: `${pct}%` }}
      />
    </div>
  )
}

/** A thin line on top of data that is being read again: never a spinner over data. Takes no room. */
export function RefreshBar({ active, label }: { active: boolean; label: string }) {
  return (
    <div className="relative h-0">
      {active && <ProgressBar label={label} className="absolute! inset-x-0 top-0 z-10 h-0.5! rounded-none" />}
    </div>
  )
}
