import { fireEvent } from '@testing-library/react'
import { Plus } from 'lucide-react'
import { beforeEach, expect, it, vi } from 'vitest'
import { useCommands } from '@/shared/commands/commands'
import { aSession, renderApp } from '@/test/app'
import { useShell } from './overlays'
import { useShortcuts } from './use-shortcuts'

const create = vi.fn()
const commands = [{ id: 'create', label: 'Create', icon: Plus, action: 'create' as const, run: create }]
function Keys() {
  useShortcuts()
  return <input aria-label="text" />
}
function PageWithCommands() {
  useCommands(commands)
  return <Keys />
}
const press = (code: string, init: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.body, { code, key: code.slice(-1), ...init })
beforeEach(() => {
  useShell.setState({ open: null, going: false })
  create.mockClear()
})

it('G and a letter go to a place, unless the role may not or the time is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { router } = await renderApp(<Keys />, aSession({ permissions: ['crm.companies.read'] }))
  const go = async (code: string) => {
    press('KeyG')
    press(code)
    await vi.waitFor(() => expect(router.state.status).toBe('idle'))
    return router.state.location.pathname
  }
  expect(await go('KeyI')).toBe('/')
  expect(await go('KeyO')).toBe('/companies')
  press('KeyG')
  vi.advanceTimersByTime(2000)
  expect(useShell.getState().going).toBe(false)
  vi.useRealTimers()
})
it('⌘K works by position and while typing; single keys do not', async () => {
  const { getByLabelText } = await renderApp(<Keys />)
  fireEvent.keyDown(getByLabelText('text'), { code: 'Slash', key: '/' })
  expect(useShell.getState().open).toBeNull()
  fireEvent.keyDown(getByLabelText('text'), { code: 'KeyK', key: 'л', ctrlKey: true })
  expect(useShell.getState().open).toBe('palette')
})
it('C creates what the page says, else a record of the section', async () => {
  const { router, unmount } = await renderApp(<Keys />, aSession(), '/companies')
  press('KeyC')
  await vi.waitFor(() => expect(router.state.location.href).toBe('/companies?new=1'))
  unmount()
  await renderApp(<PageWithCommands />)
  press('KeyC')
  expect(create).toHaveBeenCalledOnce()
})
