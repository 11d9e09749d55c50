import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { json, mockServer, renderApp } from '@/test/app'
import { UnsubscribePage } from './unsubscribe-page'

vi.setConfig({ testTimeout: 20_000 })
const wait = { timeout: 10_000 }
const refusal = (status: number, code: string) =>
  json(status, { error: `Said: ${code}`, code, requestId: 'r', details: [] })

it('asks first, then ends the digests of whom the link names, whoever is signed in', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(refusal(500, 'internal')).mockResolvedValueOnce(new Response(null, { status: 204 }))
  await renderApp(<UnsubscribePage />, null, '/auth/unsubscribe#tok')
  const stop = await screen.findByRole('button', { name: 'Stop the digests' }, wait)
  expect(server).not.toHaveBeenCalled()
  await userEvent.click(stop)
  expect(await screen.findByRole('alert', {}, wait)).toHaveTextContent('That did not work')
  await userEvent.click(screen.getByRole('button', { name: 'Stop the digests' }))
  expect(await screen.findByRole('heading', { name: 'Digests are off' }, wait)).toBeInTheDocument()
  const request = server.mock.calls[1]?.[0]
  expect(request?.method).toBe('POST')
  expect(request?.credentials).toBe('omit')
  expect(new URL(request?.url ?? '').searchParams.get('token')).toBe('tok')
})

it.each(['/auth/unsubscribe', '/auth/unsubscribe#tok'])('says that a link does not work: %s', async (path) => {
  mockServer().mockResolvedValueOnce(refusal(404, 'notify.unsubscribe.unknown'))
  await renderApp(<UnsubscribePage />, null, path)
  const stop = screen.queryByRole('button', { name: 'Stop the digests' })
  if (stop) await userEvent.click(stop)
  expect(await screen.findByRole('heading', { name: 'This link does not work' }, wait)).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Open the settings' })).toHaveAttribute('href', '/settings/notifications')
})
