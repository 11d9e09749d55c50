import { useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, ChevronDown, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pipeline, Stage, StageReplace } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { cn } from '@/shared/lib/cn'
import { useHold } from '@/shared/live/hold'
import { announce } from '@/shared/ui/announcer'
import { Button } from '@/shared/ui/button'
import { Drawer } from '@/shared/ui/drawer'
import { IconButton } from '@/shared/ui/icon-button'
import { toast } from '@/shared/ui/toast'
import { api, refreshBoards } from './api'
import { StageDot } from './stage-dot'
import { StageForm } from './stage-form'

const WhereTo = lazy(() => import('./where-to'))

/** The stages of a pipeline: their order, names, colours and rules. */
export default function StageEditor({ pipeline, onClose }: { pipeline: Pipeline; onClose: () => void }) {
  const { t } = useTranslation('pipeline')
  const qc = useQueryClient()
  const [open, setOpen] = useState<string | null>(null)
  useHold('pipelines')
  const [leaving, setLeaving] = useState<{ stage: Stage; deals: number } | null>(null)
  const stages = pipeline.stages.filter((s) => s.archivedAt === null)

  const change = async (run: () => Promise<unknown>, failed: string) => {
    try {
      await run()
      return true
    } catch (e) {
      toast.error(failed, e)
      return false
    } finally {
      refreshBoards(qc)
    }
  }
  const save = (s: Stage, body: StageReplace) =>
    change(() => api.updateStage(s.id, { ...body, version: s.version }), t('stages.notSaved', { stage: s.name }))
  const shift = async (s: Stage, by: 1 | -1) => {
    const position = stages.indexOf(s) + by
    if (await save(s, { position }))
      announce(t('stages.moved', { stage: s.name, position: position + 1, total: stages.length }))
  }
  const add = () =>
    change(async () => {
      const before = stages.findIndex((s) => s.kind !== 'open')
      const s = await api.createStage({
        pipelineId: pipeline.id,
        name: t('stages.newName'),
        ...(before < 0 ? {} : { position: before }),
      })
      setOpen(s.id)
    }, t('stages.notAdded'))
  const remove = async (stage: Stage, moveTo?: string) => {
    try {
      await api.deleteStage(stage.id, moveTo)
      setLeaving(null)
      toast.success(t('stages.deleted', { stage: stage.name }))
    } catch (e) {
      if (isApiError(e) && e.code === 'stage_has_deals') setLeaving({ stage, deals: Number(e.facts['deals'] ?? 0) })
      else toast.error(t('stages.notDeleted', { stage: stage.name }), e)
    }
    refreshBoards(qc)
  }
  return (
    <Drawer
      open
      title={t('stages.title')}
      description={pipeline.name}
      onOpenChange={(o) => !o && onClose()}
      footer={
        <Button size="md" onClick={() => void add()}>
          <Plus size={14} aria-hidden />
          {t('stages.add')}
        </Button>
      }
    >
      <ol className="flex flex-col gap-2">
        {stages.map((s, i) => (
          <li key={s.id} className="rounded-lg bg-card shadow-card">
            <div className="flex h-11 items-center gap-1 pr-2 pl-3">
              <button
                type="button"
                aria-expanded={open === s.id}
                onClick={() => setOpen(open === s.id ? null : s.id)}
                className="flex h-full min-w-0 flex-1 items-center gap-2 text-left"
              >
                <StageDot color={s.color} />
                <span className="truncate text-sm font-medium">{s.name}</span>
                <span className="shrink-0 text-xs text-subtle">
                  {s.kind === 'open' ? `${s.probability} %` : t(`stages.kind.${s.kind}`)}
                </span>
                <ChevronDown
                  size={14}
                  aria-hidden
                  className={cn('ml-auto shrink-0 text-subtle transition-transform', open === s.id && 'rotate-180')}
                />
              </button>
              <IconButton
                label={t('stages.up', { stage: s.name })}
                disabled={i === 0}
                onClick={() => void shift(s, -1)}
              >
                <ArrowUp size={14} />
              </IconButton>
              <IconButton
                label={t('stages.down', { stage: s.name })}
                disabled={i === stages.length - 1}
                onClick={() => void shift(s, 1)}
              >
                <ArrowDown size={14} />
              </IconButton>
              <IconButton label={t('stages.delete', { stage: s.name })} onClick={() => void remove(s)}>
                <Trash2 size={14} />
              </IconButton>
            </div>
            {open === s.id && (
              <StageForm
                key={s.version}
                stage={s}
                onSave={async (body) => {
                  if (await save(s, body)) setOpen(null)
                }}
              />
            )}
          </li>
        ))}
      </ol>
      <Suspense>
        {leaving && (
          <WhereTo
            title={t('stages.whereTo', { stage: leaving.stage.name })}
            text={t('whereTo.text', { count: leaving.deals })}
            label={t('field.stage')}
            options={stages.filter((s) => s.id !== leaving.stage.id).map((s) => ({ value: s.id, label: s.name }))}
            onPick={(to) => void remove(leaving.stage, to)}
            onClose={() => setLeaving(null)}
          />
        )}
      </Suspense>
    </Drawer>
  )
}
