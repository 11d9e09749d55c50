import { useTranslation } from 'react-i18next'
import { healthTone } from './model'

const R = 16
const ROUND = 2 * Math.PI * R
/** How well an account fares, from 0 to 100. */
export function HealthRing({ score, size = 40 }: { score: number; size?: number }) {
  const { t } = useTranslation('accounts')
  return (
    <span
      role="img"
      aria-label={t('health.score', { score })}
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
