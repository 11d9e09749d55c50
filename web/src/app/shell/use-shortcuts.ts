import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { commandFor, mayTakeChord, mayTakeKey } from '@/shared/commands/commands'
import { isAction, isKey, setOwnKeys } from '@/shared/commands/keys'
import { i18n } from '@/shared/i18n'
import { can, useSession } from '@/shared/session/session'
import { toast } from '@/shared/ui/toast'
import { ALL } from './navigation'
import { show, toggle, useShell } from './overlays'

const GO_MS = 1500

/** The page's own search field, else the palette: both answer to `/`. */
export function focusSearch() {
  const field = document.querySelector<HTMLInputElement>('#main input[type=search]')
  if (!field) return show('palette')
  field.focus()
  field.select()
}

/** Every state of the app is in its address. */
function copyLink() {
  navigator.clipboard.writeText(location.href).then(
    () => toast.success(i18n.t('ui.copied')),
    (e: unknown) => toast.error(i18n.t('shell:shortcuts.notCopied'), e),
  )
}

/** Where “create in context” leads when the page itself offers nothing. */
export function createPath(pathname: string) {
  return pathname.startsWith('/companies') ? '/companies?new=1' : '/contacts?new=1'
}

/** Keys of the whole app. Those of a page come from `useCommands()` and win. */
export function useShortcuts() {
  const router = useRouter()
  const session = useSession()
  const { shortcuts } = session.user
  useEffect(() => setOwnKeys(shortcuts), [shortcuts])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const going = (on: boolean) => {
      clearTimeout(timer)
      useShell.setState({ going: on })
      if (on) timer = setTimeout(() => going(false), GO_MS)
    }
    const press = (e: KeyboardEvent): (() => unknown) | undefined => {
      if (useShell.getState().going) {
        going(false)
        const place = ALL.find((i) => isAction(e, `go.${i.id}`) && (!i.needs || can(session, i.needs)))
        if (place) return () => router.navigate({ to: place.to })
      }
      // Before `/`, which is the same key.
      if (isKey(e, '?') && !e.metaKey && !e.ctrlKey) return () => show('shortcuts')
      const command = commandFor(e)
      if (command) return command.run
      if (isAction(e, 'go')) return () => going(true)
      if (isAction(e, 'search')) return focusSearch
      if (isAction(e, 'copyLink')) return copyLink
      if (isAction(e, 'create') && can(session, 'crm.contacts.write'))
        return () => router.navigate({ href: createPath(router.state.location.pathname) })
      return undefined
    }
    const onKey = (e: KeyboardEvent) => {
      const may = mayTakeKey(e) || mayTakeChord(e)
      // With ⌘ or Ctrl also while one types, and in the palette itself.
      const palette = isAction(e, 'palette') && (may || ((e.metaKey || e.ctrlKey) && !e.altKey))
      const run = palette ? () => toggle('palette') : may ? press(e) : undefined
      if (!run) return
      e.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('keydown', onKey)
      going(false)
    }
  }, [router, session])
}
