import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { passwordStrength } from '@/shared/lib/password-strength'

const TONES = ['gray', 'red', 'amber', 'lime', 'green'] as const

/** Goes into the `hint` of a new password's Field. Spans only: a hint is a paragraph. */
export function PasswordStrength({ value, personal }: { value: string; personal?: readonly string[] }) {
  const { t } = useTranslation()
  const { score, advice } = passwordStrength(value, personal)
  return (
    <span data-tone={TONES[score]} className="block">
      <span aria-hidden className="flex gap-1 pt-0.5 pb-1.5">
        {[1, 2, 3, 4].map((n) => (
          <span
            key={n}
            className={cn('h-1 flex-1 rounded-full transition-colors', n <= score ? 'bg-tone-solid' : 'bg-active')}
          />
        ))}
      </span>
      <span aria-live="polite" className="flex min-h-4 gap-1.5">
        {score === 0 ? (
          t('password.rule')
        ) : (
          <>
            <span className="font-medium text-fg">{t(`password.score.${score as 1 | 2 | 3 | 4}`)}</span>
            {advice && <span>{t(`password.advice.${advice}`)}</span>}
          </>
        )}
      </span>
    </span>
  )
}
