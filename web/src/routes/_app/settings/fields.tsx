import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { FieldsPage } from '@/features/settings/fields-page'
import type { RecordKind } from '@/shared/fields/fields'

const isKind = (v: unknown): v is RecordKind => v === 'contact' || v === 'company' || v === 'deal'
export const Route = createFileRoute('/_app/settings/fields')({
  validateSearch: (raw: Record<string, unknown>): { type?: RecordKind } =>
    isKind(raw['type']) ? { type: raw['type'] } : {},
  component: Page,
})

function Page() {
  const { type = 'contact' } = Route.useSearch()
  const navigate = useNavigate()
  return <FieldsPage type={type} onType={(next) => void navigate({ to: '/settings/fields', search: { type: next } })} />
}
