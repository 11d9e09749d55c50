import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { aSession, json, mockServer, renderApp } from '@/test/app'
import { aMessage, aWait } from './fixtures'
import { StepList } from './steps-part'
import type { StepInput } from './types'

const filters = { Filter: () => <p>conditions</p> }
const session = aSession({ permissions: ['campaigns.read', 'campaigns.write', 'messaging.chats.read'] })
let now: StepInput[] = []
function Held({ begin }: { begin: StepInput[] }) {
  const [steps, setSteps] = useState(begin)
  now = steps
  return <StepList id="c1" steps={steps} onSteps={setSteps} filters={filters} />
}
const ids = () => now.map((s) => s.id)
const three = () => [aMessage('a', 'Hi {{contact.firstName|there}}'), aWait('b'), aMessage('c', 'Again')]
const preview = {
  items: [
    { contactId: 'k1', name: 'Elena', variants: [{ variantId: 'a-0', text: 'Hi Elena', missing: [], fallbacks: [] }] },
    {
      contactId: 'k2',
      name: 'Nobody',
      variants: [{ variantId: 'a-0', text: 'Hi', missing: ['contact.city'], fallbacks: [] }],
    },
  ],
  report: { contacts: 2, complete: 1, variables: { 'contact.city': { count: 1, fallbacks: 0, contactIds: ['k2'] } } },
}
const serve = () =>
  mockServer().mockImplementation(async (r) =>
    new URL(r.url).pathname.endsWith('/preview') ? json(200, preview) : json(200, { items: [] }),
  )

it('puts a step elsewhere by the keys of its handle', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  const handles = await screen.findAllByRole('button', { name: /^Move/ })
  handles[2]?.focus()
  await userEvent.keyboard('{ArrowUp}')
  expect(ids()).toEqual(['a', 'c', 'b'])
  await userEvent.keyboard('{Home}')
  expect(ids()).toEqual(['c', 'a', 'b'])
  // The focus goes with it.
  expect(document.activeElement).toHaveAttribute('data-handle', 'c')
})
it('adds a step, opens it, and says what it still lacks', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'Add a step' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: /Move the deal/ }))
  expect(ids()).toHaveLength(4)
  const card = screen.getByRole('article', { name: 'Step 4: Move the deal' })
  expect(await within(card).findByText('Choose a stage.')).toBeVisible()
})
it('takes a step out, and brings it back', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  await userEvent.click(await screen.findByRole('button', { name: 'More for step 2' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }))
  expect(ids()).toEqual(['a', 'c'])
})
it('changes how long it waits', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  await userEvent.click(await screen.findByRole('button', { name: /2 working days/ }))
  const count = await screen.findByRole('spinbutton', { name: 'How many' })
  await userEvent.clear(count)
  await userEvent.type(count, '5')
  expect(now[1]?.action).toEqual({ kind: 'wait', wait: { until: 'workingDays', count: 5 } })
})
it('edits a text with what is filled in, and shows it for real contacts', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  await userEvent.click(await screen.findByRole('button', { name: /1\.\s*Message/ }))
  await userEvent.click(await screen.findByRole('button', { name: 'Edit text' }))
  const window = await screen.findByRole('dialog', { name: 'Text of the message' })
  const area = within(window).getByRole('textbox', { name: /^Text/ })
  await userEvent.click(within(window).getByRole('button', { name: 'City' }))
  await waitFor(() => expect((area as HTMLTextAreaElement).value).toContain('{{contact.city}}'))
  await userEvent.type(within(window).getByRole('textbox', { name: 'City' }), 'your city')
  expect((area as HTMLTextAreaElement).value).toContain('{{contact.city|your city}}')
  expect(await within(window).findByText('Hi Elena')).toBeVisible()
  expect(within(window).getByText('1 without')).toBeVisible()
  await userEvent.click(within(window).getByRole('button', { name: 'Next contact' }))
  expect(within(window).getByText('Will not go')).toBeVisible()
})
it('a second text makes it a test', async () => {
  serve()
  await renderApp(<Held begin={three()} />, session)
  await userEvent.click(await screen.findByRole('button', { name: /1\.\s*Message/ }))
  await userEvent.click(await screen.findByRole('button', { name: 'Add a variant' }))
  const action = now[0]?.action
  expect(action?.kind === 'message' && action.variants.map((v) => v.name)).toEqual(['A', 'B'])
})
