import { useTranslation } from 'react-i18next'
import { keyOf, piecesOf } from './template-model'

/** The text of a template; what is filled in by itself is told by its name. */
export function TemplateText({ text }: { text: string }) {
  const { t } = useTranslation('templates')
  return piecesOf(text).map((p, i) =>
    p.variable ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, told anew with it
      <span key={i} className="rounded-sm bg-accent-soft px-1 text-accent-text">
        {t(`variable.${keyOf(p.variable)}`)}
      </span>
    ) : (
      p.text
    ),
  )
}
