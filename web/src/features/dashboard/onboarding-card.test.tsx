import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { aSession, renderApp } from '@/test/app'
import { OnboardingCard } from './onboarding-card'

const done = { profile: true, contacts: true, companies: true, import: true, note: true }
const withPhone = aSession({ user: { ...aSession().user, phone: '+4930123456' } })
beforeEach(() => localStorage.clear())

it('links each step to its place and counts', async () => {
  await renderApp(<OnboardingCard onboarding={{ ...done, import: false }} />)
  expect(screen.getByRole('img')).toHaveAccessibleName('3 of 5 steps done') // no phone yet
  expect(screen.getByRole('link', { name: 'Import your contacts, to do' })).toHaveAttribute('href', '/import')
  expect(screen.getByRole('link', { name: 'Add a contact, done' })).toHaveAttribute('href', '/contacts?new=1')
  expect(screen.queryByRole('button', { name: 'Put away' })).toBeNull()
})
it('can be put away once complete, for good', async () => {
  const { unmount } = await renderApp(<OnboardingCard onboarding={done} />, withPhone)
  await userEvent.click(screen.getByRole('button', { name: 'Put away' }))
  expect(screen.queryByText('You are all set')).toBeNull()
  unmount()
  await renderApp(<OnboardingCard onboarding={done} />, withPhone)
  expect(screen.queryByText('You are all set')).toBeNull()
})
it('asks nobody for what the role may not do', async () => {
  await renderApp(<OnboardingCard onboarding={done} />, aSession({ permissions: ['crm.contacts.read'] }))
  expect(screen.getAllByRole('listitem')).toHaveLength(1)
})
