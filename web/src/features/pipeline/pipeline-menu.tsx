import { useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Pencil, Plus, Settings2, Star, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pipeline } from '@/api/gen/types.gen'
import { isApiError } from '@/shared/api/errors'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { Menu, MenuContent, MenuItem, MenuRadio, MenuRadioGroup, MenuSeparator, MenuTrigger } from '@/shared/ui/menu'
import { toast } from '@/shared/ui/toast'
import { api, refreshBoards } from './api'

const NameDialog = lazy(() => import('./name-dialog'))
const WhereTo = lazy(() => import('./where-to'))

type PipelineMenuProps = {
  pipelines: readonly Pipeline[]
  current: Pipeline
  mayWrite: boolean
  onPick: (id: string) => void
  onStages: () => void
}
/** Which pipeline is shown, and what can be done with it. */
export default function PipelineMenu({ pipelines, current, mayWrite, onPick, onStages }: PipelineMenuProps) {
  const { t } = useTranslation('pipeline')
  const qc = useQueryClient()
  const [asking, setAsking] = useState<'rename' | 'new' | { deals: number } | null>(null)
  const update = async (change: { name?: string; isDefault?: boolean }) => {
    try {
      await api.updatePipeline(current.id, { name: current.name, version: current.version, ...change })
    } catch (e) {
      toast.error(t('pipelines.notSaved', { name: current.name }), e)
    }
    refreshBoards(qc)
  }
  const remove = async (moveTo?: string) => {
    try {
      await api.deletePipeline(current.id, moveTo)
      setAsking(null)
      const next = pipelines.find((p) => p.id !== current.id)
      if (next) onPick(next.id)
      toast.success(t('pipelines.deleted', { name: current.name }))
    } catch (e) {
      if (isApiError(e) && e.code === 'pipeline_has_deals') setAsking({ deals: Number(e.facts['deals'] ?? 0) })
      else toast.error(t('pipelines.notDeleted', { name: current.name }), e)
    }
    refreshBoards(qc)
  }
  const askAndRemove = async () => {
    const action = t('pipelines.delete')
    if (await confirm({ title: t('pipelines.deleteTitle', { name: current.name }), action, danger: true }))
      await remove()
  }
  return (
    <>
      <Menu>
        <MenuTrigger
          render={
            <Button
              variant="ghost"
              size="md"
              className="min-w-0 shrink!"
              aria-label={t('pipelines.choose', { name: current.name })}
            >
              <span className="truncate">{current.name}</span>
              <ChevronDown size={14} className="shrink-0 text-subtle" aria-hidden />
            </Button>
          }
        />
        <MenuContent>
          <MenuRadioGroup value={current.id} onValueChange={(v: string) => onPick(v)}>
            {pipelines.map((p) => (
              <MenuRadio key={p.id} value={p.id} closeOnClick>
                {p.name}
                {p.isDefault && <Star size={12} className="text-subtle" aria-label={t('pipelines.default')} />}
              </MenuRadio>
            ))}
          </MenuRadioGroup>
          {mayWrite && (
            <>
              <MenuSeparator />
              <MenuItem onClick={onStages}>
                <Settings2 size={14} aria-hidden />
                {t('stages.edit')}
              </MenuItem>
              <MenuItem onClick={() => setAsking('rename')}>
                <Pencil size={14} aria-hidden />
                {t('pipelines.rename')}
              </MenuItem>
              {!current.isDefault && (
                <MenuItem onClick={() => void update({ isDefault: true })}>
                  <Star size={14} aria-hidden />
                  {t('pipelines.makeDefault')}
                </MenuItem>
              )}
              <MenuItem onClick={() => setAsking('new')}>
                <Plus size={14} aria-hidden />
                {t('pipelines.new')}
              </MenuItem>
              {pipelines.length > 1 && !current.isDefault && (
                <MenuItem danger onClick={() => void askAndRemove()}>
                  <Trash2 size={14} aria-hidden />
                  {t('pipelines.delete')}
                </MenuItem>
              )}
            </>
          )}
        </MenuContent>
      </Menu>
      <Suspense>
        {asking === 'rename' && (
          <NameDialog
            title={t('pipelines.rename')}
            name={current.name}
            onName={async (name) => {
              await update({ name })
              setAsking(null)
            }}
            onClose={() => setAsking(null)}
          />
        )}
        {asking === 'new' && (
          <NameDialog
            title={t('pipelines.new')}
            name=""
            withTemplate
            onName={async (name, template) => {
              try {
                const made = await api.createPipeline({ name, template })
                refreshBoards(qc)
                setAsking(null)
                onPick(made.id)
              } catch (e) {
                toast.error(t('pipelines.notSaved', { name }), e)
              }
            }}
            onClose={() => setAsking(null)}
          />
        )}
        {typeof asking === 'object' && asking && (
          <WhereTo
            title={t('pipelines.deleteTitle', { name: current.name })}
            text={t('whereTo.text', { count: asking.deals })}
            label={t('pipelines.label')}
            options={pipelines.filter((p) => p.id !== current.id).map((p) => ({ value: p.id, label: p.name }))}
            onPick={(to) => void remove(to)}
            onClose={() => setAsking(null)}
          />
        )}
      </Suspense>
    </>
  )
}
