import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { SignInPage } from './sign-in-page'
import { SignUpPage } from './sign-up-page'

const type = (label: string, text: string) => userEvent.type(screen.getByRole('textbox', { name: label }), text)
const typePassword = (text: string) => userEvent.type(screen.getByLabelText('Password'), text)
const wait = { timeout: 4000 } // the sdk and zod come with the first use

it('signs in and goes where one wanted to', async () => {
  const server = mockServer()
  server.mockResolvedValueOnce(json(200, {})).mockResolvedValueOnce(json(200, aSession()))
  const { router } = await renderApp(<SignInPage next="/contacts" />, null)
  await type('E-mail', 'anna@example.com')
  await typePassword('secret secret')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/contacts'), wait)
  expect(await server.mock.calls[0]?.[0].json()).toEqual({ email: 'anna@example.com', password: 'secret secret' })
})
it('sends nothing that is empty', async () => {
  const server = mockServer()
  await renderApp(<SignInPage />, null)
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findAllByText('Fill in this field', {}, wait)).toHaveLength(2)
  expect(server).not.toHaveBeenCalled()
})
it('waits out a 429 with a countdown', async () => {
  mockServer().mockResolvedValueOnce(
    json(429, { error: 'Too many', code: 'rate.limited', requestId: 'r', details: [], retryAfterSeconds: 75 }),
  )
  await renderApp(<SignInPage />, null)
  await type('E-mail', 'anna@example.com')
  await typePassword('x')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('button', { name: /^Wait 1:1[45]$/ }, wait)).toBeDisabled()
})
it('suggests a name for the organization until one is typed', async () => {
  mockServer()
  await renderApp(<SignUpPage />, null)
  const name = screen.getByRole('textbox', { name: 'Organization name' })
  await type('E-mail', 'anna@polar-freight.com')
  await userEvent.tab()
  await waitFor(() => expect(name).toHaveValue('Polar Freight'), wait)
  await userEvent.clear(name)
  await userEvent.type(name, 'Mine')
  await type('E-mail', '.uk')
  await userEvent.tab()
  await new Promise((done) => setTimeout(done, 50))
  expect(name).toHaveValue('Mine')
})
it('puts what the server says on its field', async () => {
  const server = mockServer()
  const details = [{ field: 'password', code: 'password.common', message: 'Too easy to guess.' }]
  server.mockResolvedValueOnce(json(422, { error: 'Check', code: 'validation.failed', requestId: 'r', details }))
  await renderApp(<SignUpPage />, null)
  await type('Your name', 'Anna')
  await type('E-mail', 'anna@example.com')
  await typePassword('password1')
  await type('Organization name', 'Orbit')
  await userEvent.click(screen.getByRole('button', { name: 'Create organization' }))
  expect(await screen.findByText('Too easy to guess.', {}, wait)).toBeVisible()
  expect(screen.getByLabelText('Password')).toBeInvalid()
  expect(await server.mock.calls[0]?.[0].json()).toMatchObject({ locale: 'en', organizationName: 'Orbit' })
})
