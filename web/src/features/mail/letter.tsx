import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Segmented } from '@/shared/ui/segmented'
import type { Letter as Mail } from './api'

const FORBIDDEN = 'script, iframe, object, embed, form, link, meta, base'

/**
 * The HTML of a mail. The policy of the app allows no styles inside HTML, so they are set one by one; in a shadow tree,
 * where they reach nothing of the app.
 */
function show(host: HTMLElement, html: string) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  const sheets = [...parsed.querySelectorAll('style')].map((style) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync((style.textContent ?? '').replaceAll(/\bbody\b/g, ':host'))
    style.remove()
    return sheet
  })
  for (const el of parsed.querySelectorAll(FORBIDDEN)) el.remove()
  const body = document.createElement('div')
  const style = parsed.body.getAttribute('style')
  if (style) body.style.cssText = style
  for (const child of parsed.body.childNodes) body.append(copy(child))
  root.adoptedStyleSheets = sheets
  root.replaceChildren(body)
}
function copy(node: Node): Node {
  if (!(node instanceof Element))
    return document.createTextNode(node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? '') : '')
  const el = document.createElement(node.localName)
  for (const { name, value } of node.attributes) {
    if (name === 'style') el.style.cssText = value
    else if (!name.startsWith('on') && !/^\s*javascript:/i.test(value)) el.setAttribute(name, value)
  }
  if (el instanceof HTMLAnchorElement) {
    el.target = '_blank'
    el.rel = 'noopener'
  }
  for (const child of node.childNodes) el.append(copy(child))
  return el
}

export function Letter({ mail: { subject, html, text } }: { mail: Mail }) {
  const { t } = useTranslation('mail')
  const [as, setAs] = useState<'letter' | 'plain'>('letter')
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (host.current) show(host.current, html)
  }, [html])
  return (
    <article className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 flex-1 text-sm font-medium break-words">{subject}</h3>
        <Segmented<'letter' | 'plain'>
          label={t('outbox.view')}
          value={as}
          onValueChange={setAs}
          options={[
            { value: 'letter', label: t('outbox.letter') },
            { value: 'plain', label: t('outbox.plain') },
          ]}
        />
      </div>
      <div ref={host} hidden={as !== 'letter'} className="overflow-x-auto rounded-lg shadow-card" />
      {as === 'plain' && (
        <pre className="overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap">
          {text}
        </pre>
      )}
    </article>
  )
}
