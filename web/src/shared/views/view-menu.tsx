import { useQueryClient } from '@tanstack/react-query'
import {
  ArrowLeft,
  ArrowRight,
  Copy,
  Files,
  Lock,
  LockOpen,
  Pencil,
  Star,
  StarOff,
  Trash2,
  User,
  Users,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MenuItem, MenuSeparator } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toast'
import { addView, changeView, placeView, removeView } from './api'
import type { Asking } from './asking'
import { copyOf, freeName, isShared, mayChange, type SavedView } from './model'
import type { Views } from './use-views'

type MenuProps = {
  view: SavedView
  views: Views
  mayShare: boolean
  /** Its neighbours stand above and below instead of left and right. */
  upright?: boolean
  onAsk: (a: Asking) => void
}
/** What can be done with a view: the items of its menu. */
export default function ViewMenu({ view, views, mayShare, upright, onAsk }: MenuProps) {
  const { t } = useTranslation('views')
  const { t: tc } = useTranslation()
  const qc = useQueryClient()
  const may = mayChange(view, mayShare)
  const shared = isShared(view)
  const at = views.views.findIndex((v) => v.id === view.id)
  const change = (c: Parameters<typeof changeView>[2]) => void changeView(qc, view, c)
  const copyLink = () =>
    void navigator.clipboard.writeText(location.origin + views.hrefOf(view)).then(
      () => toast.success(tc('ui.copied')),
      (e: unknown) => toast.error(t('notCopied'), e),
    )
  const duplicate = async () => {
    try {
      views.open(await addView(qc, copyOf(view, freeName(view.name, views.views))))
    } catch (e) {
      toast.error(t('notSaved', { name: view.name }), e)
    }
  }
  const remove = () => {
    if (views.current?.id === view.id) views.open(null)
    void removeView(qc, view, (back) => views.open(back))
  }
  return (
    <>
      {may && (
        <>
          <MenuItem onClick={() => onAsk({ what: 'edit', view })}>
            <Pencil size={14} aria-hidden />
            {t('edit')}
          </MenuItem>
          {mayShare && (view.mine || !shared) && (
            <MenuItem onClick={() => change({ visibility: shared ? 'private' : 'org' })}>
              {shared ? <User size={14} aria-hidden /> : <Users size={14} aria-hidden />}
              {t(shared ? 'makePrivate' : 'share')}
            </MenuItem>
          )}
          <MenuItem onClick={() => change({ locked: !view.locked })}>
            {view.locked ? <LockOpen size={14} aria-hidden /> : <Lock size={14} aria-hidden />}
            {t(view.locked ? 'unlock' : 'lock')}
          </MenuItem>
        </>
      )}
      {!view.isDefault && (
        <MenuItem onClick={() => change({ isDefault: true })}>
          <Star size={14} aria-hidden />
          {t('makeDefault')}
        </MenuItem>
      )}
      {view.isDefault && !view.isOrgDefault && (
        <MenuItem onClick={() => change({ isDefault: false })}>
          <StarOff size={14} aria-hidden />
          {t('noDefault')}
        </MenuItem>
      )}
      {may && mayShare && shared && (
        <MenuItem onClick={() => change({ isOrgDefault: !view.isOrgDefault })}>
          {view.isOrgDefault ? <StarOff size={14} aria-hidden /> : <Star size={14} aria-hidden />}
          {t(view.isOrgDefault ? 'noOrgDefault' : 'makeOrgDefault')}
        </MenuItem>
      )}
      <MenuSeparator />
      {may && at > 0 && (
        <MenuItem onClick={() => void placeView(qc, view, at - 1)}>
          <ArrowLeft size={14} aria-hidden className={upright ? 'rotate-90' : undefined} />
          {t(upright ? 'moveUp' : 'moveLeft')}
        </MenuItem>
      )}
      {may && at < views.views.length - 1 && (
        <MenuItem onClick={() => void placeView(qc, view, at + 1)}>
          <ArrowRight size={14} aria-hidden className={upright ? 'rotate-90' : undefined} />
          {t(upright ? 'moveDown' : 'moveRight')}
        </MenuItem>
      )}
      <MenuItem onClick={() => void duplicate()}>
        <Files size={14} aria-hidden />
        {t('duplicate')}
      </MenuItem>
      <MenuItem onClick={copyLink}>
        <Copy size={14} aria-hidden />
        {t('copyLink')}
      </MenuItem>
      {may && (
        <>
          <MenuSeparator />
          <MenuItem danger onClick={remove}>
            <Trash2 size={14} aria-hidden />
            {tc('action.delete')}
          </MenuItem>
        </>
      )}
    </>
  )
}
