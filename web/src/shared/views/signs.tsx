import { Lock, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isShared, type SavedView } from './model'

/** Others see it; it is protected. */
export function Signs({ view }: { view: SavedView }) {
  const { t } = useTranslation('views')
  return (
    <>
      {isShared(view) && (
        <Users size={12} className="shrink-0 text-faint" role="img" aria-label={t('shared')} aria-hidden={false} />
      )}
      {view.locked && (
        <Lock size={12} className="shrink-0 text-faint" role="img" aria-label={t('locked')} aria-hidden={false} />
      )}
    </>
  )
}
