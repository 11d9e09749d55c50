import { createFileRoute, useNavigate } from '@tanstack/react-router'
import { teamSearch } from '@/features/team/search-params'
import { TeamPage } from '@/features/team/team-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/team')({
  validateSearch: teamSearch,
  loader: () => loadTexts('team'),
  component: Page,
})

function Page() {
  const search = Route.useSearch()
  const navigate = useNavigate()
  return <TeamPage search={search} onSearch={(next) => void navigate({ to: '/team', search: next, replace: true })} />
}
