import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Section } from './search-params'

export const partId = (id: Section) => `part-${id}`
export const headId = (id: Section) => `part-${id}-head`

/** One part of a draft. Its heading takes the focus when one jumps to it. */
export function BuilderPart({
  id,
  actions,
  flush,
  children,
}: {
  id: Section
  actions?: ReactNode
  /** Rows reach the edges of the card. */
  flush?: boolean
  children: ReactNode
}) {
  const { t } = useTranslation('campaigns')
  return (
    <section
      id={partId(id)}
      data-part={id}
      aria-labelledby={headId(id)}
      className="scroll-mt-3 rounded-lg bg-card shadow-card md:scroll-mt-6"
    >
      <header className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 pt-4 md:px-5">
        <div className="min-w-0 flex-1">
          <h2 id={headId(id)} tabIndex={-1} className="text-base font-semibold outline-none">
            {t(`part.${id}`)}
          </h2>
          <p className="mt-0.5 text-sm text-muted">{t(`partText.${id}`)}</p>
        </div>
        {actions}
      </header>
      <div className={flush ? 'pt-3' : 'p-4 md:p-5'}>{children}</div>
    </section>
  )
}
