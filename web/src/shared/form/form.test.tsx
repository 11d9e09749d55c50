import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { zSignIn } from '@/api/gen/zod.gen'
import { ApiError } from '@/shared/api/errors'
import { Input, PasswordInput } from '@/shared/ui/input'
import { Form, FormError, FormField, SubmitButton, useZodForm } from './form'

function SignIn({ onSubmit }: { onSubmit: () => Promise<unknown> }) {
  const form = useZodForm(zSignIn, {
    defaultValues: { email: '', password: '' },
    required: ['email', 'password'],
  })
  return (
    <Form form={form} onSubmit={onSubmit}>
      <FormField form={form} name="email" label="E-mail" hint="of your work">
        {(f) => <Input {...f} type="email" />}
      </FormField>
      <FormField form={form} name="password" label="Password">
        {(f) => <PasswordInput {...f} />}
      </FormField>
      <FormError />
      <SubmitButton>Go</SubmitButton>
    </Form>
  )
}
const fill = async () => {
  await userEvent.type(screen.getByLabelText('E-mail'), 'a@b.co')
  await userEvent.type(screen.getByLabelText('Password'), 'secret123')
  await userEvent.click(screen.getByRole('button', { name: 'Go' }))
}

it('says in words what is wrong before anything is sent, tied to the field', async () => {
  const send = vi.fn()
  render(<SignIn onSubmit={send} />)
  await userEvent.click(screen.getByRole('button', { name: 'Go' }))
  const email = screen.getByRole('textbox', { name: 'E-mail' })
  await waitFor(() => expect(email).toBeInvalid(), { timeout: 4000 }) // zod comes with the first validation
  expect(email).toHaveAccessibleDescription('Fill in this field of your work')
  expect(email).toHaveFocus()
  expect(send).not.toHaveBeenCalled()
})
it('puts server details on their fields and focuses the first', async () => {
  const details = [{ field: 'email', code: 'email.invalid', message: 'Unknown domain' }]
  render(<SignIn onSubmit={() => Promise.reject(new ApiError(422, { error: 'Invalid', details }))} />)
  await fill()
  expect(await screen.findByText('Unknown domain')).toBeVisible()
  expect(screen.getByLabelText('E-mail')).toHaveFocus()
})
it('shows every other error above the buttons', async () => {
  render(
    <SignIn
      onSubmit={() => Promise.reject(new ApiError(401, { error: 'Wrong password', code: 'auth.credentials' }))}
    />,
  )
  await fill()
  expect(await screen.findByText('Wrong password')).toBeVisible()
})
