import type { Meta, StoryObj } from '@storybook/react-vite'
import { Badge, Tag } from './badge'
import { TONES } from './tone'

const meta = {
  title: 'UI/Badge',
  component: Badge,
  args: { tone: 'blue', children: 'Engaged', dot: true },
} satisfies Meta<typeof Badge>
export default meta
export const AllTones: StoryObj<typeof meta> = {
  render: () => (
    <div className="flex flex-wrap gap-2">
      {TONES.map((t) => (
        <Badge key={t} tone={t} dot>
          {t}
        </Badge>
      ))}
    </div>
  ),
}
export const Tags: StoryObj<typeof meta> = {
  render: () => (
    <div className="flex flex-wrap gap-2">
      <Tag>VIP</Tag>
      <Tag onRemove={() => {}}>Важный клиент</Tag>
    </div>
  ),
}
