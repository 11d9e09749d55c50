import type { Meta, StoryObj } from '@storybook/react-vite'
import { Users } from 'lucide-react'
import { ApiError } from '@/shared/api/errors'
import { Avatar, AvatarStack, CompanyLogo } from './avatar'
import { Button } from './button'
import { EmptyState } from './empty-state'
import { ErrorState } from './error-state'
import { Kbd } from './kbd'
import { Notice } from './notice'
import { PageHeader } from './page-header'
import { ProgressBar } from './progress'
import { Skeleton } from './skeleton'

const meta = { title: 'UI/Feedback' } satisfies Meta
export default meta
export const Header: StoryObj = {
  render: () => (
    <PageHeader icon={Users} title="Contacts" count="2,456" actions={<Button variant="primary">New</Button>} />
  ),
}
export const Empty: StoryObj = {
  render: () => <EmptyState icon={Users} title="No contacts yet" actions={<Button variant="primary">Import</Button>} />,
}
export const Failed: StoryObj = {
  render: () => <ErrorState error={new ApiError(500, { error: 'Broken', requestId: '0198-42' })} onRetry={() => {}} />,
}
export const Notices: StoryObj = {
  render: () => (
    <div className="grid max-w-96 gap-3">
      <Notice>Only managers may import.</Notice>
      <Notice kind="success">Every row is accounted for.</Notice>
      <Notice kind="warning" title="Two columns have the same heading">
        Look at their examples before you choose a field.
      </Notice>
      <Notice kind="error" title="This is not a text file" actions={<Button>Choose another file</Button>}>
        Save it as CSV first.
      </Notice>
    </div>
  ),
}
export const Small: StoryObj = {
  render: () => (
    <div className="grid max-w-60 gap-4">
      <AvatarStack names={['Anna Kowalska', 'Вера Лебедева', 'Mina Park']} />
      <span className="flex items-center gap-2">
        <Avatar name="Anna Kowalska" size={32} /> <CompanyLogo name="Acme" size={24} /> <Kbd>Ctrl K</Kbd>
      </span>
      <ProgressBar value={0.4} label="Import" />
      <ProgressBar label="Import" />
      <Skeleton className="h-4 w-40" />
      <Button variant="primary" busy>
        Save
      </Button>
    </div>
  ),
}
