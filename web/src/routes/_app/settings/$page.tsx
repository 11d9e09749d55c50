import { createFileRoute, useNavigate } from '@tanstack/react-router'

/** Those that `app/settings-pages` lists. */
export const Route = createFileRoute('/_app/settings/$page')({
  validateSearch: (s: Record<string, unknown>): Record<string, unknown> => s,
  loader: ({ params }) => import('@/app/settings-pages').then((m) => m.loadPage(params.page)),
  component: Page,
})

function Page() {
  const { Page } = Route.useLoaderData()
  const { page } = Route.useParams()
  const search = Route.useSearch()
  const navigate = useNavigate()
  return (
    <Page
      key={page}
      search={search}
      onSearch={(next, how) => void navigate({ to: '/settings/$page', params: { page }, search: next, ...how })}
    />
  )
}
