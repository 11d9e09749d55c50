import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { FieldsPage } from '@/features/settings/fields-page'
import type { RecordKind } from '@/shared/fields/fields'

export const Route = createFileRoute('/_app/settings/fields')({
  validateSearch: ({ type }): { type?: RecordKind } => (type === 'company' || type === 'deal' ? { type } : {}),
  component: Page,
})

function Page() {
  const { type = 'contact' } = Route.useSearch()
  const navigate = useNavigate()
  return (
    <FieldsPage
      type={type}
      onType={(next) => void navigate({ to: '/settings/fields', search: next === 'contact' ? {} : { type: next } })}
    />
  )
}
