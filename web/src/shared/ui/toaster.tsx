import { Toast } from '@base-ui/react/toast'
import { CheckCircle2, CircleAlert, Info, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ProgressBar } from './progress'
import { connectToaster, type ToastInput } from './toast'
import './toaster.css'

const manager = Toast.createToastManager()
const icons = { success: CheckCircle2, error: CircleAlert, info: Info } as const
const colours = { success: 'text-inverse-success', error: 'text-inverse-danger', info: 'text-inverse-muted' } as const

function List() {
  const { t: tr } = useTranslation()
  const { toasts } = Toast.useToastManager()
  return toasts.map((t) => {
    const type = (t.type ?? 'info') as NonNullable<ToastInput['type']>
    const Icon = icons[type]
    const progress = (t.data as { progress?: number } | undefined)?.progress
    return (
      <Toast.Root
        key={t.id}
        toast={t}
        swipeDirection={['right', 'down']}
        className="toast absolute right-0 bottom-0 w-full rounded-lg bg-inverse text-inverse-fg shadow-pop"
      >
        {/* What lies behind another message shows its edge only: its buttons could not be hit anyway. */}
        <Toast.Content className="toast-content flex items-center gap-2.5 py-2.5 pr-2 pl-3 text-sm transition-opacity">
          <Icon size={16} className={`shrink-0 ${colours[type]}`} aria-hidden />
          <div className="min-w-0 flex-1">
            <Toast.Title className="font-medium break-words" />
            <Toast.Description className="break-words text-inverse-muted empty:hidden" />
            {progress !== undefined && (
              <ProgressBar value={progress} label={String(t.title ?? '')} className="mt-1.5 mb-0.5 bg-inverse-line!" />
            )}
          </div>
          <Toast.Action className="h-7 shrink-0 rounded-sm px-2 text-xs font-semibold hover:bg-inverse-line" />
          <Toast.Close
            aria-label={tr('action.close')}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-inverse-muted hover:bg-inverse-line"
          >
            <X size={14} />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    )
  })
}

const closed = new Set<string>()
const show = (id: string, { action, progress, ...t }: ToastInput) =>
  manager.add({
    ...t,
    id, // of a toast on screen: it is replaced
    timeout: t.timeout ?? (progress === undefined ? 5000 : 0),
    description: t.description ?? '',
    data: { progress },
    priority: t.type === 'error' ? 'high' : 'low',
    onClose: () => closed.add(id),
    actionProps: action && {
      children: action.label,
      onClick: () => {
        manager.close(id)
        action.onClick()
      },
    },
  })
const bridge: Parameters<typeof connectToaster>[0] = {
  add: show,
  update: (id, t) => {
    if (t.progress === undefined || !closed.has(id)) show(id, t)
  },
  close: manager.close,
}

export default function Toaster() {
  const { t } = useTranslation()
  useEffect(() => connectToaster(bridge), [])
  return (
    <Toast.Provider toastManager={manager} limit={4} timeout={5000}>
      <Toast.Portal>
        <Toast.Viewport aria-label={t('ui.notifications')} className="toasts fixed right-4 z-70">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}
