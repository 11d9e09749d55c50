import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aSession, renderApp } from '@/test/app'
import { aCampaign } from './fixtures'
import { NotBegun } from './not-begun'

const draft = aCampaign({ state: 'draft' })

it.each([
  ['incomplete', 'Something that it needs is missing'],
  ['out_of_reach', 'Whoever launched it may not see it any more'],
  ['gave_up', 'All tries to start it failed'],
])('says of a draft that did not begin why: %s', async (pauseReason, text) => {
  await renderApp(<NotBegun campaign={{ ...draft, pauseReason }} />, aSession())
  expect(screen.getByText('It did not begin at its time')).toBeVisible()
  expect(screen.getByText(new RegExp(text))).toBeVisible()
})
it.each([
  { pauseReason: null },
  { pauseReason: 'something newer' },
  { state: 'paused' as const, pauseReason: 'incomplete' },
])('says nothing otherwise: %o', async (other) => {
  await renderApp(<NotBegun campaign={{ ...draft, ...other }} />, aSession())
  expect(screen.queryByText('It did not begin at its time')).toBeNull()
})
