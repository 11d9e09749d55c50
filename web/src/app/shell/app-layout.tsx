import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSessionExpired } from '@/shared/session/session'
import { TooltipProvider } from '@/shared/ui/tooltip'
import { OfflineBanner } from './offline-banner'
import { Sidebar, TabBar } from './sidebar'

const CommandPalette = lazy(() => import('./command-palette'))
const AlertDialog = lazy(() => import('@/shared/ui/alert-dialog').then((m) => ({ default: m.AlertDialog })))

export function AppLayout() {
  const { t } = useTranslation('shell')
  const [palette, setPalette] = useState(false)
  const [seen, setSeen] = useState(false)
  const open = (v: boolean) => {
    if (v) setSeen(true)
    setPalette(v)
  }
  useEffect(() => {
    const f = (e: KeyboardEvent) => {
      // e.code: works on a Russian layout too
      if (!(e.metaKey || e.ctrlKey) || e.code !== 'KeyK') return
      e.preventDefault()
      setSeen(true)
      setPalette((v) => !v)
    }
    addEventListener('keydown', f)
    return () => removeEventListener('keydown', f)
  }, [])
  return (
    <TooltipProvider delay={350}>
      <div className="flex h-full flex-col bg-canvas md:flex-row">
        <a
          href="#main"
          className="absolute top-2 left-2 z-70 -translate-y-16 rounded-md bg-raised px-3 py-2 font-medium shadow-pop focus:translate-y-0"
        >
          {t('nav.skip')}
        </a>
        <Sidebar onSearch={() => open(true)} />
        <main
          id="main"
          tabIndex={-1}
          className="flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden bg-surface outline-none md:my-2 md:mr-2 md:rounded-lg md:shadow-panel"
        >
          <OfflineBanner />
          <Outlet />
        </main>
        <TabBar />
        {seen && (
          <Suspense>
            <CommandPalette open={palette} onOpenChange={open} />
          </Suspense>
        )}
        <SessionExpired />
      </div>
    </TooltipProvider>
  )
}

/** A 401 under an open page: the page stays behind the question, nothing is lost by an answer that comes later. */
function SessionExpired() {
  const { t } = useTranslation('shell')
  const { expired, set } = useSessionExpired()
  const nav = useNavigate()
  const here = useLocation({ select: (l) => l.href })
  if (!expired) return null
  const go = () => void nav({ to: '/signin', search: { next: here } }).then(() => set(false))
  return (
    <Suspense>
      <AlertDialog
        open
        title={t('expired.title')}
        description={t('expired.text')}
        action={t('expired.signIn')}
        cancel={null}
        onConfirm={go}
        onCancel={() => {}}
      />
    </Suspense>
  )
}
