import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/shared/ui/copy-button'
import { example } from './model'

/** A first request, to be copied and run. */
export function Example({ apiKey }: { apiKey: string }) {
  const { t } = useTranslation('access')
  const [failed, setFailed] = useState(false)
  const code = example(location.origin, apiKey)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center gap-2">
        <h3 className="min-w-0 flex-1 text-sm font-medium">{t('keys.example')}</h3>
        <CopyButton text={code} label={t('keys.example')} onFailed={() => setFailed(true)} />
      </div>
      <section
        aria-label={t('keys.example')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys
        tabIndex={0}
        className="overflow-auto rounded-lg bg-sunken p-3"
      >
        <pre className="w-max font-mono text-xs" data-testid="key-example">
          {code}
        </pre>
      </section>
      {failed && <p className="text-xs text-danger">{t('keys.copyByHand')}</p>}
    </div>
  )
}
