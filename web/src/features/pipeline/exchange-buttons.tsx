import { Link } from '@tanstack/react-router'
import { Download, Upload } from 'lucide-react'
import { useCan } from '@/shared/session/session'
import { buttonCls } from '@/shared/ui/button'
import { IconButton } from '@/shared/ui/icon-button'
import { dealsQuery, isAsked } from './questions'
import type { PipelineSearch } from './search-params'
import { useTools } from './tools'

type Props = { pipelineId: string; search: PipelineSearch }
/** Deals out of a file, and the table of a pipeline as one: all that match, the server streams it. */
export function ExchangeButtons({ pipelineId, search }: Props) {
  const { t } = useTools()
  const mayExport = useCan('crm.deals.export')
  const mayImport = useCan('crm.deals.import')
  const exported = () => {
    const { filter, search: words, sort } = dealsQuery(pipelineId, search)
    const query = { filter, search: words, sort }
    void import('@/shared/session/confirmed').then((m) => m.downloadConfirmed('/api/crm/deals/export.csv', query))
  }
  return (
    <>
      {mayExport && search.view === 'table' && !search.trash && (
        <IconButton
          label={t(isAsked(search) ? 'exchange.exportMatching' : 'exchange.exportAll')}
          onClick={exported}
          className="max-md:hidden any-pointer-coarse:size-10!"
        >
          <Download size={15} />
        </IconButton>
      )}
      {mayImport && (
        <Link
          to="/import"
          search={{ type: 'deal' }}
          aria-label={t('exchange.import')}
          className={buttonCls('secondary', 'sm')}
        >
          <Upload size={14} strokeWidth={1.9} className="text-subtle" aria-hidden />
          <span className="max-lg:hidden">{t('exchange.import')}</span>
        </Link>
      )}
    </>
  )
}
