import { Link } from '@tanstack/react-router'
import { Plus, SearchX, ShieldAlert, Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, buttonCls } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Meant } from '@/shared/ui/meant'
import { PageHeader } from '@/shared/ui/page-header'
import type { Kind } from './fields'
import { KINDS } from './kinds'

type StateProps = { kind: Kind } & (
  | { state: 'forbidden' }
  | { state: 'error'; error: unknown; onRetry: () => void }
  | {
      state: 'empty' | 'nothingFound'
      mayWrite: boolean
      mayImport: boolean
      onCreate: () => void
      onClear: () => void
      /** The words that were searched. */
      q: string | undefined
      onSearch: (q: string) => void
    }
)
/** In place of the rows: none yet, none found, not allowed, not loaded. */
export function ListState(p: StateProps) {
  const { t } = useTranslation('records')
  const { t: tc } = useTranslation()
  const { icon, texts } = KINDS[p.kind]
  if (p.state === 'forbidden')
    return (
      <>
        <PageHeader icon={icon} title={t(`${texts}.title`)} />
        <EmptyState icon={ShieldAlert} tone="gray" title={tc('error.forbidden')} text={tc('error.forbiddenHint')} />
      </>
    )
  return (
    <div className="grid min-h-0 flex-1 place-items-center overflow-auto">
      {p.state === 'error' ? (
        <ErrorState error={p.error} onRetry={p.onRetry} />
      ) : p.state === 'nothingFound' ? (
        <EmptyState
          icon={SearchX}
          tone="gray"
          title={t('list.nothingFound')}
          text={t('list.nothingFoundHint')}
          actions={
            <>
              {p.q && <Meant q={p.q} onSearch={p.onSearch} />}
              <Button size="md" onClick={p.onClear}>
                {t('list.clearFilter')}
              </Button>
            </>
          }
        />
      ) : (
        <EmptyState
          icon={icon}
          title={t(`${texts}.empty`)}
          text={t(p.mayWrite ? `${texts}.emptyHint` : 'list.emptyReadOnly')}
          actions={
            p.mayWrite && (
              <>
                <Button variant="primary" size="md" onClick={p.onCreate}>
                  <Plus size={15} strokeWidth={2.2} aria-hidden />
                  {t(`${texts}.new`)}
                </Button>
                {p.mayImport && (
                  <Link to="/import" className={buttonCls('secondary', 'md')}>
                    <Upload size={14} aria-hidden />
                    {t('list.importFile')}
                  </Link>
                )}
              </>
            )
          }
        />
      )}
    </div>
  )
}
