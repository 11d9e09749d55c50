import { useTranslation } from 'react-i18next'
import { keyFor, printed } from '@/shared/commands/keys'
import { can, useSession } from '@/shared/session/session'
import { Kbd } from '@/shared/ui/kbd'
import { ALL } from './navigation'

/** What may follow G. */
export default function GoHint() {
  const { t } = useTranslation('shell')
  const session = useSession()
  return (
    <div
      role="status"
      className="fixed inset-x-0 bottom-6 z-60 mx-auto flex w-fit max-w-[calc(100vw-24px)] flex-wrap items-center gap-x-4 gap-y-1.5 rounded-lg bg-inverse px-3.5 py-2.5 text-xs text-inverse-fg shadow-pop max-md:bottom-20"
    >
      <span className="text-inverse-muted">{t('palette.goTo')}</span>
      {ALL.filter((i) => keyFor(`go.${i.id}`) && (!i.needs || can(session, i.needs))).map((i) => (
        <span key={i.id} className="flex items-center gap-1.5">
          <Kbd className="border-inverse-line! text-inverse-fg!">{printed(keyFor(`go.${i.id}`))}</Kbd>
          {t(`nav.${i.id}`)}
        </span>
      ))}
    </div>
  )
}
