import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import type { NotificationPreferences } from '@/api/gen/types.gen'
import { json, mockServer, renderApp } from '@/test/app'
import { PreferencesMatrix } from './preferences-matrix'
import type { Save } from './preferences-page'

vi.setConfig({ testTimeout: 20_000 })

const preferences: NotificationPreferences = {
  kinds: [
    { kind: 'campaign.paused', category: 'system', inApp: true, email: 'instant', telegram: 'instant', push: true },
    { kind: 'campaign.finished', category: 'system', inApp: true, email: 'off', telegram: 'off', push: false },
  ],
  quietHours: { enabled: false, from: '22:00', to: '08:00', weekends: false },
  digestTimes: ['09:00'],
  digestDays: ['monday'],
  channels: {
    email: { available: true, address: 'anna@example.com' },
    telegram: { available: false, address: null },
    push: { available: true },
  },
}

it('lets one choose what to hear of campaigns, and where', async () => {
  mockServer().mockImplementation(async () => json(200, {}))
  const changes: NotificationPreferences[] = []
  const save: Save = (change) => void changes.push(change(preferences))
  await renderApp(<PreferencesMatrix preferences={preferences} save={save} />)
  const bell = await screen.findByRole('switch', { name: 'A campaign paused by itself: In the app' })
  expect(bell).toBeChecked()
  await userEvent.click(bell)
  expect(changes[0]?.kinds.map((k) => [k.kind, k.inApp])).toEqual([
    ['campaign.paused', false],
    ['campaign.finished', true],
  ])
  expect(screen.getByRole('switch', { name: 'A campaign is over: Push' })).not.toBeChecked()
})
