import type { ReactNode } from 'react'

const R = 18
const LENGTH = 2 * Math.PI * R

export function ProgressRing({ value, label, children }: { value: number; label: string; children: ReactNode }) {
  return (
    <span
      role="img"
      aria-label={label}
      data-tone={value >= 1 ? 'green' : 'blue'}
      className="relative grid size-11 shrink-0 place-items-center text-xs font-semibold text-tone-fg"
    >
      <svg viewBox="0 0 44 44" aria-hidden className="absolute inset-0 -rotate-90">
        <circle cx="22" cy="22" r={R} fill="none" stroke="var(--active)" strokeWidth="4" />
        <circle
          cx="22"
          cy="22"
          r={R}
          fill="none"
          stroke="var(--tone-solid)"
          strokeWidth="4"
          strokeLinecap="round"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - value)}
          opacity={value > 0 ? 1 : 0}
          className="transition-[stroke-dashoffset] duration-500 ease-out"
        />
      </svg>
      <span aria-hidden className="tabular relative">
        {children}
      </span>
    </span>
  )
}
