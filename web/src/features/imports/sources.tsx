import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Chevron } from '@/shared/ui/icons'
import type { Tone } from '@/shared/ui/tone'

const SOURCES = [
  { id: 'google', mark: 'G', tone: 'blue' },
  { id: 'outlook', mark: 'O', tone: 'sky' },
  { id: 'linkedin', mark: 'in', tone: 'violet' },
  { id: 'hubspot', mark: 'H', tone: 'orange' },
  { id: 'amocrm', mark: 'a', tone: 'teal' },
  { id: 'bitrix', mark: 'B', tone: 'green' },
  { id: 'any', mark: 'CSV', tone: 'gray' },
] as const satisfies readonly { id: string; mark: string; tone: Tone }[]
const HOW = ['how1', 'how2', 'how3'] as const

/** How to get a CSV out of what people come from. */
export function Sources() {
  const { t } = useTranslation('imports')
  const group = useId()
  return (
    <section aria-labelledby={`${group}h`} className="overflow-hidden rounded-lg bg-card shadow-card">
      <header className="px-4 pt-3.5 pb-2.5">
        <h2 id={`${group}h`} className="text-sm font-semibold">
          {t('sources.title')}
        </h2>
        <p className="mt-0.5 text-xs text-subtle">{t('sources.text')}</p>
      </header>
      {SOURCES.map((s) => (
        <details key={s.id} name={group} className="group border-t border-line-soft">
          <summary className="flex min-h-11 cursor-default list-none items-center gap-2.5 px-4 py-1.5 outline-offset-[-2px] hover:bg-row-hover [&::-webkit-details-marker]:hidden">
            <span
              aria-hidden
              data-tone={s.tone}
              className="grid size-7 shrink-0 place-items-center rounded-md bg-tone text-2xs font-bold text-tone-fg"
            >
              {s.mark}
            </span>
            <span className="min-w-0 flex-1 truncate text-sm font-medium">{t(`sources.${s.id}.name`)}</span>
            <span className="transition-transform duration-150 group-open:rotate-180">
              <Chevron />
            </span>
          </summary>
          <ol className="flex flex-col gap-1.5 px-4 pt-0.5 pb-4 pl-13.5">
            {HOW.map((k, i) => (
              <li key={k} className="flex gap-2 text-sm text-muted">
                <span aria-hidden className="tabular text-subtle">
                  {i + 1}.
                </span>
                <span className="min-w-0">{t(`sources.${s.id}.${k}`)}</span>
              </li>
            ))}
          </ol>
        </details>
      ))}
    </section>
  )
}
