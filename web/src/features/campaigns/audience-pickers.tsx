import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { findRecords, rememberName } from '@/shared/fields/find'
import { recordNameOptions } from '@/shared/fields/names'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { Combobox } from '@/shared/ui/combobox'
import { Field } from '@/shared/ui/field'
import { Select } from '@/shared/ui/select'
import { Skeleton } from '@/shared/ui/skeleton'
import { viewsOptions } from '@/shared/views/api'
import { findCampaigns, importsOptions } from './audience-api'
import { Removable } from './removable'
import type { AudienceSource } from './types'

type PickProps = { source: AudienceSource; onSource: (source: AudienceSource) => void }
/** Where the people of an audience come from, unless it is a filter. */
export default function SourcePicker({ source, onSource }: PickProps) {
  if (source.kind === 'view')
    return <ViewSource id={source.viewId} onPick={(viewId) => onSource({ kind: 'view', viewId })} />
  if (source.kind === 'import')
    return <ImportSource id={source.importId} onPick={(importId) => onSource({ kind: 'import', importId })} />
  if (source.kind === 'contacts')
    return <ByHand ids={source.contactIds} onIds={(contactIds) => onSource({ kind: 'contacts', contactIds })} />
  return null
}

type CampaignPickProps = { without: readonly string[]; onPick: (id: string) => void }
/** One more campaign whose people are left out. */
export function CampaignPicker({ without, onPick }: CampaignPickProps) {
  const { t } = useTranslation('campaigns')
  return (
    <Combobox
      value={null}
      clearable={false}
      placeholder={t('audience.findCampaign')}
      load={(q, signal) => findCampaigns(q, signal).then((all) => all.filter((o) => !without.includes(o.value)))}
      onValueChange={(o) => o && onPick(o.value)}
    />
  )
}

function ViewSource({ id, onPick }: { id: string; onPick: (id: string) => void }) {
  const { t } = useTranslation('campaigns')
  const q = useQuery(viewsOptions('contact'))
  const views = q.data ?? []
  if (q.data && views.length === 0)
    return (
      <p className="text-sm text-muted">
        {t('audience.noViews')}{' '}
        <Link to="/contacts" className="text-accent-text underline">
          {t('audience.toContacts')}
        </Link>
      </p>
    )
  return (
    <Field label={t('audience.view')} hint={t('audience.viewHint')}>
      {q.isPending ? (
        <Skeleton className="h-8" />
      ) : (
        <Select
          options={views.map((v) => ({ value: v.id, label: v.name }))}
          value={id || null}
          onValueChange={onPick}
          placeholder={t('audience.choose')}
        />
      )}
    </Field>
  )
}

function ImportSource({ id, onPick }: { id: string; onPick: (id: string) => void }) {
  const { t } = useTranslation('campaigns')
  const { dayMonth } = useFormat()
  const q = useQuery(importsOptions())
  const mayImport = useCan('crm.contacts.import')
  const all = q.data ?? []
  if (q.data && all.length === 0)
    return (
      <p className="text-sm text-muted">
        {t('audience.noImports')}{' '}
        {mayImport && (
          <Link to="/import" className="text-accent-text underline">
            {t('audience.toImport')}
          </Link>
        )}
      </p>
    )
  return (
    <Field label={t('audience.import')} hint={t('audience.importHint')}>
      {q.isPending ? (
        <Skeleton className="h-8" />
      ) : (
        <Select
          options={all.map((i) => ({ value: i.id, label: i.fileName, hint: dayMonth(i.createdAt) }))}
          value={id || null}
          onValueChange={onPick}
          placeholder={t('audience.choose')}
        />
      )}
    </Field>
  )
}

const SHOWN = 12
/** Named one by one. */
function ByHand({ ids, onIds }: { ids: readonly string[]; onIds: (ids: string[]) => void }) {
  const { t } = useTranslation('campaigns')
  const qc = useQueryClient()
  const [all, setAll] = useState(false)
  const shown = all ? ids : ids.slice(0, SHOWN)
  const names = useQueries({ queries: shown.map((id) => recordNameOptions('contact', id)) })
  return (
    <div className="flex flex-col gap-2">
      <Field label={t('audience.add')}>
        <Combobox
          value={null}
          clearable={false}
          placeholder={t('audience.find')}
          load={(q, signal) =>
            findRecords('contact', q, signal).then((found) => found.filter((o) => !ids.includes(o.value)))
          }
          onValueChange={(o) => {
            if (!o) return
            rememberName(qc, 'contact', o)
            onIds([...ids, o.value])
            announce(t('audience.added', { name: o.label }))
          }}
        />
      </Field>
      {ids.length > 0 && (
        <ul aria-label={t('audience.chosen')} className="flex flex-wrap gap-1.5">
          {shown.map((id, i) => (
            <li key={id}>
              <Removable name={names[i]?.data ?? '…'} onRemove={() => onIds(ids.filter((x) => x !== id))} />
            </li>
          ))}
          {ids.length > SHOWN && !all && (
            <li>
              <Button size="xs" variant="ghost" onClick={() => setAll(true)}>
                {t('audience.showAll', { count: ids.length })}
              </Button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}
