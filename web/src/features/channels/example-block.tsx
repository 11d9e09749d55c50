import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/shared/ui/copy-button'
import { Segmented } from '@/shared/ui/segmented'
import { nodeExample, shellExample } from './example'

type ExampleProps = { address: string; secret: string; onFailed: () => void }
/** A program that sends one message in, to be copied and run. */
export function ExampleBlock({ address, secret, onFailed }: ExampleProps) {
  const { t } = useTranslation('channels')
  const [of, setOf] = useState<'shell' | 'node'>('shell')
  const said = { title: t('example.chat'), name: t('example.name'), text: t('example.text') }
  const code = (of === 'shell' ? shellExample : nodeExample)(address, secret, said)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="min-w-0 flex-1 text-sm font-medium">{t('example.title')}</h3>
        <Segmented
          label={t('example.language')}
          value={of}
          onValueChange={setOf}
          options={[
            { value: 'shell', label: 'curl' },
            { value: 'node', label: 'Node.js' },
          ]}
        />
        <CopyButton key={of} text={code} label={t('example.title')} onFailed={onFailed} />
      </div>
      <section
        aria-label={t('example.title')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys
        tabIndex={0}
        className="overflow-auto rounded-lg bg-sunken p-3"
        style={{ maxHeight: 224 }}
      >
        <pre className="w-max font-mono text-xs" data-testid="channel-example">
          {code}
        </pre>
      </section>
    </div>
  )
}
