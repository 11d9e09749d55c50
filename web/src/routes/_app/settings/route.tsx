import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SettingsLayout } from '@/features/settings/settings-layout'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings')({
  loader: () => loadTexts('settings', 'fields'),
  component: Page,
})

function Page() {
  return (
    <SettingsLayout>
      <Outlet />
    </SettingsLayout>
  )
}
