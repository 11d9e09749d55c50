import type { Tone } from './tone'

export const healthTone = (score: number): Tone => (score >= 80 ? 'green' : score >= 50 ? 'amber' : 'red')

const R = 16
const ROUND = 2 * Math.PI * R
/** How well an account fares, from 0 to 100. */
export function HealthRing({ score, label, size = 40 }: { score: number; label: string; size?: number }) {
  return (
    <span
      role="img"
      aria-label={label}
      data-tone={healthTone(score)}
      className="relative grid shrink-0 place-items-center"
      style={{ width: size, height: size }}
    >
      <svg viewBox="0 0 40 40" width={size} height={size} fill="none" strokeWidth="4" aria-hidden>
        <circle cx="20" cy="20" r={R} stroke="var(--tone-line)" />
        <circle
          cx="20"
          cy="20"
          r={R}
          stroke="var(--tone-solid)"
          strokeLinecap="round"
          strokeDasharray={`${(ROUND * score) / 100} ${ROUND}`}
          transform="rotate(-90 20 20)"
        />
      </svg>
      <span className="tabular absolute text-2xs font-semibold" aria-hidden>
        {score}
      </span>
    </span>
  )
}
