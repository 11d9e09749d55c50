import { useTranslation } from 'react-i18next'
import { isKnown, isVariable, keyOf, piecesOf } from './template-model'

/** The text of a message; what is filled in is told by its name. */
export function TemplateText({ text }: { text: string }) {
  const { t } = useTranslation('campaigns')
  return piecesOf(text).map((p, i) => {
    if (p.kind === 'text') return p.text
    const label =
      p.kind === 'snippet'
        ? t('template.snippet', { name: p.name })
        : isVariable(p.name)
          ? t(`variable.${keyOf(p.name)}`)
          : p.name
    const wrong = p.kind === 'variable' && !isKnown(p.name)
    return (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, told anew with it
        key={i}
        data-tone={wrong ? 'red' : 'blue'}
        className="rounded-sm bg-tone px-1 text-tone-fg"
      >
        {label}
      </span>
    )
  })
}
