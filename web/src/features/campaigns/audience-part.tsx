import { Hand, ListFilter, Table2, Upload } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '@/shared/lib/use-debounced'
import { Notice } from '@/shared/ui/notice'
import { Segmented } from '@/shared/ui/segmented'
import { Skeleton } from '@/shared/ui/skeleton'
import { Excluded } from './audience-excluded'
import { AudienceResult } from './audience-result'
import { BuilderPart } from './builder-part'
import type { FilterParts } from './page-parts'
import type { Audience, AudienceSource } from './types'
import type { Editing } from './use-draft'

const SourcePicker = lazy(() => import('./audience-pickers'))

const KINDS = ['filter', 'view', 'import', 'contacts'] as const
const ICONS = { filter: ListFilter, view: Table2, import: Upload, contacts: Hand } as const
const WAIT_MS = 400
const begin = (kind: AudienceSource['kind']): AudienceSource => {
  if (kind === 'filter') return { kind, filter: null, search: null }
  if (kind === 'view') return { kind, viewId: '' }
  return kind === 'import' ? { kind, importId: '' } : { kind, contactIds: [] }
}

type Props = { editing: Editing; filters: FilterParts }
/** Whom it is for: where they come from, who is left out, and how many that makes right now. */
export default function AudiencePart({ editing: { campaign: c, change, refused }, filters }: Props) {
  const { t } = useTranslation('campaigns')
  const { source } = c.audience
  const asked = useDebounced(c.audience, WAIT_MS)
  const set = (patch: Partial<Audience>) => change({ audience: { ...c.audience, ...patch } })
  const setSource = (next: AudienceSource) => set({ source: next })
  // What was chosen in another way is still there when one comes back to it.
  const [kept, keep] = useState<Partial<Record<AudienceSource['kind'], AudienceSource>>>({})
  const choose = (kind: AudienceSource['kind']) => {
    keep({ ...kept, [source.kind]: source })
    setSource(kept[kind] ?? begin(kind))
  }
  const problem = Object.entries(refused).find(([field]) => field.startsWith('audience'))?.[1]
  return (
    <BuilderPart id="audience">
      <div className="flex flex-col gap-5">
        <Segmented
          label={t('audience.source')}
          value={source.kind}
          onValueChange={choose}
          options={KINDS.map((value) => {
            const Icon = ICONS[value]
            return {
              value,
              label: t(`audience.kind.${value}`),
              icon: <Icon size={14} aria-hidden className="max-sm:hidden" />,
            }
          })}
          className="w-full"
        />
        {source.kind === 'filter' && (
          <div className="flex flex-col gap-2">
            <Suspense fallback={<Skeleton className="h-8 w-40" />}>
              <filters.Filter
                filter={source.filter}
                onFilter={(filter) => setSource({ kind: 'filter', filter, search: source.search })}
              />
            </Suspense>
            {!source.filter && <p className="text-xs text-subtle">{t('audience.everybody')}</p>}
          </div>
        )}
        {source.kind !== 'filter' && (
          <Suspense fallback={<Skeleton className="h-14" />}>
            <SourcePicker source={source} onSource={setSource} />
          </Suspense>
        )}
        {problem && <Notice kind="error">{problem}</Notice>}
        <Excluded campaignId={c.id} audience={c.audience} onChange={(exclude) => set({ exclude })} />
        <AudienceResult id={c.id} audience={asked} waiting={asked !== c.audience} />
      </div>
    </BuilderPart>
  )
}
