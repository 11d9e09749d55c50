import { createFileRoute } from '@tanstack/react-router'
import { OrganizationPage } from '@/features/settings/organization-page'

export const Route = createFileRoute('/_app/settings/organization')({ component: OrganizationPage })
