import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { Button, buttonCls } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { split } from './merge'

/** Over a chat that is shown as part of another one: an old link leads here. */
export default function PartBanner({ chatId, into }: { chatId: string; into: string }) {
  const { t } = useTranslation('inbox')
  const qc = useQueryClient()
  const mayWrite = useCan('messaging.chats.write')
  const [busy, setBusy] = useState(false)
  return (
    <Notice
      className="m-3 mb-0 shrink-0"
      actions={
        <>
          <Link to="/inbox/$chatId" params={{ chatId: into }} className={buttonCls('primary', 'sm')}>
            {t('partOpen')}
          </Link>
          {mayWrite && (
            <Button
              busy={busy}
              onClick={() => {
                setBusy(true)
                void split(qc, chatId, into).finally(() => setBusy(false))
              }}
            >
              {t('split.action')}
            </Button>
          )}
        </>
      }
    >
      {t('part')}
    </Notice>
  )
}
