import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, CircleAlert, CircleCheck, CircleSlash, type LucideIcon, Undo2, Upload } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatImport } from '@/api/gen/types.gen'
import { useFormat } from '@/shared/session/use-format'
import { Button, buttonCls } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Notice } from '@/shared/ui/notice'
import { ProgressBar } from '@/shared/ui/progress'
import { ResultCard, ResultOffer } from '@/shared/ui/result-card'
import { StepLayout } from '@/shared/ui/step-layout'
import type { Tone } from '@/shared/ui/tone'
import { refreshChats, useRevert } from './api'

const LOOK = {
  completed: { icon: CircleCheck, tone: 'green' },
  nothing: { icon: CircleSlash, tone: 'gray' },
  failed: { icon: CircleAlert, tone: 'red' },
  reverting: { icon: Undo2, tone: 'violet' },
  reverted: { icon: Undo2, tone: 'violet' },
} as const satisfies Record<string, { icon: LucideIcon; tone: Tone }>
type Kind = keyof typeof LOOK
const kindOf = (im: ChatImport): Kind =>
  im.status === 'completed' ? (im.messagesNew > 0 ? 'completed' : 'nothing') : (im.status as Kind)

export default function ResultStep({ im }: { im: ChatImport }) {
  const { t } = useTranslation('history')
  const { num } = useFormat()
  const qc = useQueryClient()
  const revert = useRevert(im.id)
  const kind = kindOf(im)
  const { status } = im
  // The inbox shows what came, or what is gone.
  useEffect(() => {
    if (status === 'completed' || status === 'failed' || status === 'reverted') refreshChats(qc)
  }, [status, qc])
  const ask = async () => {
    const yes = await confirm({
      title: t('revert.title'),
      description: t('revert.text', { count: im.messagesNew }),
      action: t('revert.action'),
      danger: true,
    })
    if (yes) revert.mutate()
  }
  const tiles = [
    { name: t('result.read'), n: im.messagesDone, test: 'count-read' },
    { name: t('result.new'), n: im.messagesNew, test: 'count-new' },
    { name: t('result.known'), n: Math.max(0, im.messagesDone - im.messagesNew), test: 'count-known' },
  ]
  return (
    <StepLayout title={t(`result.${kind}.title`)} width="narrow" heading={false}>
      <ResultCard {...LOOK[kind]} title={t(`result.${kind}.title`)} text={t(`result.${kind}.text`)}>
        {status === 'reverting' && <ProgressBar label={t('revert.progress')} className="mt-5 h-2.5!" />}
        {status === 'failed' && im.error && (
          <Notice kind="error" className="mt-4" title={t('result.why')}>
            <span className="font-mono text-xs break-words select-all">{im.error}</span>
          </Notice>
        )}
        {status !== 'reverting' && (
          <div className="mt-5 flex flex-wrap gap-2">
            {status === 'completed' && im.accountId && (
              <Link to="/inbox" search={{ account: im.accountId }} className={buttonCls('primary', 'lg')}>
                {t('result.open')} <ArrowRight size={15} aria-hidden />
              </Link>
            )}
            <Link to="/import/chats" className={buttonCls(status === 'completed' ? 'secondary' : 'primary', 'lg')}>
              <Upload size={15} aria-hidden /> {t(status === 'completed' ? 'result.another' : 'result.again')}
            </Link>
          </div>
        )}
      </ResultCard>
      {(status === 'completed' || status === 'failed') && (
        <dl className="grid grid-cols-3 gap-3">
          {tiles.map(({ name, n, test }) => (
            <div key={test} className="flex flex-col rounded-lg bg-card px-4 py-3 shadow-card">
              <dt className="text-xs font-medium text-muted">{name}</dt>
              <dd data-testid={test} className="tabular mt-1 text-2xl font-semibold tracking-[-0.02em]">
                {num(n)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {(status === 'completed' || status === 'failed') && im.messagesNew > 0 && (
        <ResultOffer
          title={t('revert.offer')}
          text={t('revert.offerText')}
          action={
            <Button size="md" onClick={() => void ask()} busy={revert.isPending}>
              <Undo2 size={15} aria-hidden /> {t('revert.action')}
            </Button>
          }
        />
      )}
    </StepLayout>
  )
}
