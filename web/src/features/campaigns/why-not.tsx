import { Ban, ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/shared/lib/cn'
import { useFormat } from '@/shared/session/use-format'
import type { OfContact } from './types'

/** Why a program may not write to somebody now, and why one did not before. Nothing where there is nothing to say. */
export function WhyNot({ of }: { of: OfContact }) {
  const { t } = useTranslation('campaigns')
  const { dateTime, ago } = useFormat()
  const id = useId()
  const [open, setOpen] = useState(false)
  const refused = of.verdicts.filter((v) => !v.allowed && v.reasons.length > 0)
  const reasons = refused.flatMap((v) => v.reasons.map((r) => ({ ...r, channel: v.channel })))
  const now = [...new Map(reasons.map((r) => [r.code, r])).values()]
  if (now.length === 0 && of.refusals.length === 0) return null
  const first = now[0]?.message ?? of.refusals[0]?.message
  return (
    <div data-tone={now.length > 0 ? 'amber' : 'gray'} className="rounded-lg bg-tone text-sm text-tone-fg">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex min-h-9 w-full items-center gap-2 rounded-lg px-3 py-2 text-left any-pointer-coarse:min-h-11"
      >
        <Ban size={14} aria-hidden className="shrink-0" />
        <span className="min-w-0 flex-1">
          <span className="font-medium">{t('whyNot.title')}</span>
          {!open && <span className="block truncate text-xs">{first}</span>}
        </span>
        <ChevronDown size={14} aria-hidden className={cn('shrink-0 transition-transform', open && 'rotate-180')} />
      </button>
      <div id={id} hidden={!open} className="px-3 pb-3">
        {now.length > 0 && (
          <ul aria-label={t('whyNot.now')} className="flex flex-col gap-1.5">
            {now.map((r) => (
              <li key={r.code}>
                {r.message}
                {r.until && <span className="block text-xs">{t('whyNot.until', { at: dateTime(r.until) })}</span>}
              </li>
            ))}
          </ul>
        )}
        {of.refusals.length > 0 && (
          <>
            <h3 className="mt-3 mb-1 text-xs font-medium">{t('whyNot.before')}</h3>
            <ul className="flex flex-col gap-1.5 text-xs">
              {of.refusals.map((r) => (
                <li key={`${r.campaign?.id}${r.code}`}>
                  {r.message}
                  <span className="tabular block">
                    {[r.campaign?.name, ago(r.at)].filter(Boolean).join(' · ')}
                    {r.count > 1 && ` · ${t('whyNot.times', { count: r.count })}`}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}
