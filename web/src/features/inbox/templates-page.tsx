import { useQuery } from '@tanstack/react-query'
import { Lock, Pencil, Plus, SquareSlash, Trash2, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useSession } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { templatesOptions } from './api'
import { TemplateText } from './template-text'
import { type TemplateChanges, useTemplateChanges } from './templates-api'
import type { Template } from './types'

const TemplateForm = lazy(() => import('./template-form'))

/** Texts that one writes again and again: one's own, and those of everybody. */
export function TemplatesPage() {
  const { t } = useTranslation('templates')
  const may = useCan('messaging.chats.read')
  if (!may)
    return (
      <Section title={t('title')} text={t('text')}>
        <EmptyState icon={SquareSlash} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
      </Section>
    )
  return <List />
}

function List() {
  const { t } = useTranslation('templates')
  const maySend = useCan('messaging.messages.send')
  const q = useQuery(templatesOptions())
  const changes = useTemplateChanges()
  const [open, setOpen] = useState<Template | 'new' | null>(null)
  const all = q.data ?? []
  const create = maySend && (
    <Button variant="primary" size="md" disabled={!q.data} onClick={() => setOpen('new')}>
      <Plus size={15} strokeWidth={2.2} aria-hidden />
      {t('new')}
    </Button>
  )
  return (
    <>
      <Section title={t('title')} text={t('text')} flush actions={all.length > 0 && create}>
        {q.isPending ? (
          <Rows />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : all.length === 0 ? (
          <EmptyState
            icon={SquareSlash}
            title={t('empty')}
            text={t('emptyText')}
            actions={create}
            className="border-t border-line-soft"
          />
        ) : (
          <ul className="border-t border-line">
            {all.map((template) => (
              <Row key={template.id} template={template} changes={changes} onEdit={() => setOpen(template)} />
            ))}
          </ul>
        )}
      </Section>
      <Suspense>
        {open && (
          <TemplateForm template={open === 'new' ? null : open} changes={changes} onClose={() => setOpen(null)} />
        )}
      </Suspense>
    </>
  )
}

function Row({ template: x, changes, onEdit }: { template: Template; changes: TemplateChanges; onEdit: () => void }) {
  const { t } = useTranslation('templates')
  const { t: tc } = useTranslation()
  const { user } = useSession()
  const mayShare = useCan('messaging.templates.share')
  const may = x.ownerId === user.id || (x.shared && mayShare)
  const Icon = x.shared ? Users : Lock
  return (
    <li className="flex items-start gap-3 border-b border-line-soft px-4 py-3 last:border-0 md:px-5">
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-center gap-2">
          <h3 className="min-w-0 truncate text-sm font-medium">{x.name}</h3>
          {x.shortcut && <span className="font-mono text-xs text-subtle">/{x.shortcut}</span>}
          <Badge tone={x.shared ? 'blue' : 'gray'}>
            <span className="flex items-center gap-1">
              <Icon size={11} aria-hidden />
              {t(x.shared ? 'shared' : 'own')}
            </span>
          </Badge>
        </div>
        <p className="mt-0.5 line-clamp-3 text-sm whitespace-pre-line text-muted">
          <TemplateText text={x.text} />
        </p>
      </div>
      {may && (
        <span className="flex shrink-0 gap-0.5">
          <IconButton
            label={tc('action.edit')}
            aria-label={`${tc('action.edit')}: ${x.name}`}
            onClick={onEdit}
            className="any-pointer-coarse:size-10!"
          >
            <Pencil size={14} />
          </IconButton>
          <IconButton
            label={tc('action.delete')}
            aria-label={`${tc('action.delete')}: ${x.name}`}
            onClick={() => void changes.remove(x)}
            className="any-pointer-coarse:size-10!"
          >
            <Trash2 size={14} />
          </IconButton>
        </span>
      )}
    </li>
  )
}

function Rows() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="border-t border-line">
      {['w-40', 'w-32', 'w-44'].map((w) => (
        <div key={w} className="flex flex-col gap-2 border-b border-line-soft px-4 py-3 last:border-0 md:px-5">
          <Skeleton className={`h-4 ${w}`} />
          <Skeleton className="h-3 w-3/4" />
        </div>
      ))}
    </div>
  )
}
