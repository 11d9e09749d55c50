import { createFileRoute } from '@tanstack/react-router'
import { ChannelsPage } from '@/features/channels/channels-page'
import { loadTexts } from '@/shared/i18n'

export const Route = createFileRoute('/_app/settings/channels')({
  loader: () => loadTexts('channels'),
  component: ChannelsPage,
})
