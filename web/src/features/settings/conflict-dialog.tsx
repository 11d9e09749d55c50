import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/shared/ui/button'
import { Dialog } from '@/shared/ui/dialog'

export type ConflictRow = { label: string; mine: string | null; theirs: string | null }
type Props = {
  rows: readonly ConflictRow[] | null
  busy?: boolean
  onKeepMine: () => void
  onTakeTheirs: () => void
  onCancel: () => void
}

/** A 409: what was saved meanwhile beside what was typed here. Closing it decides nothing: the form stays as it is. */
export function ConflictDialog({ rows, busy, onKeepMine, onTakeTheirs, onCancel }: Props) {
  const { t } = useTranslation('shell')
  const mine = useRef<HTMLButtonElement>(null)
  const cell = 'border-t border-line py-2 pr-3 align-top text-sm break-words'
  const value = (v: string | null) => v || <span className="text-subtle italic">{t('conflict.empty')}</span>
  return (
    <Dialog
      open={rows !== null}
      onOpenChange={(o) => !o && onCancel()}
      initialFocus={mine}
      title={t('conflict.title')}
      description={t('conflict.text')}
      footer={
        <>
          <Button size="md" onClick={onTakeTheirs}>
            {t('conflict.takeTheirs')}
          </Button>
          <Button ref={mine} size="md" variant="primary" busy={busy} onClick={onKeepMine}>
            {t('conflict.keepMine')}
          </Button>
        </>
      }
    >
      <table className="w-full table-fixed text-left">
        <thead>
          <tr className="text-xs text-subtle">
            {(['field', 'mine', 'theirs'] as const).map((c) => (
              <th key={c} scope="col" className="py-1.5 pr-3 font-medium">
                {t(`conflict.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((r) => (
            <tr key={r.label}>
              <th scope="row" className={`${cell} font-medium`}>
                {r.label}
              </th>
              <td className={cell}>{value(r.mine)}</td>
              <td className={cell}>{value(r.theirs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}
