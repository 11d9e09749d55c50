import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isLocale, LOCALES, type Locale } from '@/shared/i18n'
import { ErrorState } from '@/shared/ui/error-state'
import { Field } from '@/shared/ui/field'
import { Section } from '@/shared/ui/section'
import { Segmented } from '@/shared/ui/segmented'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { previewOptions, templatesOptions } from './api'
import { Letter } from './letter'

/** What mails look like. */
export function Templates() {
  const { t, i18n } = useTranslation('mail')
  const { t: tc } = useTranslation()
  const list = useQuery(templatesOptions())
  const [chosen, setChosen] = useState<string | null>(null)
  const [locale, setLocale] = useState<Locale>(isLocale(i18n.language) ? i18n.language : 'en')
  const kind = chosen ?? list.data?.items[0]?.kind ?? ''
  const preview = useQuery(previewOptions(kind, locale))
  const error = list.error ?? preview.error
  return (
    <Section title={t('templates.title')} text={t('templates.text')}>
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t('templates.kind')} className="flex-1">
            <Select
              value={kind || null}
              onValueChange={setChosen}
              disabled={!list.data}
              options={list.data?.items.map((x) => ({ value: x.kind, label: x.name })) ?? []}
            />
          </Field>
          <Segmented<Locale>
            label={t('templates.language')}
            value={locale}
            onValueChange={setLocale}
            options={LOCALES.map((l) => ({ value: l, label: tc(`language.${l}`) }))}
          />
        </div>
        {preview.data ? (
          <Letter mail={preview.data} />
        ) : error ? (
          <ErrorState
            error={error}
            onRetry={() => void (list.error ? list.refetch() : preview.refetch())}
            busy={list.isFetching || preview.isFetching}
          />
        ) : (
          <div role="status" aria-busy aria-label={tc('ui.loading')} className="flex flex-col gap-3">
            <Skeleton className="h-7 w-full" />
            <Skeleton className="h-80 w-full rounded-lg" />
          </div>
        )}
      </div>
    </Section>
  )
}
