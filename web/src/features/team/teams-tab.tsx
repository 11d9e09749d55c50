import { useQuery } from '@tanstack/react-query'
import { Pencil, Plus, Star, Trash2, UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { AvatarStack } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { Notice } from '@/shared/ui/notice'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { Skeleton } from '@/shared/ui/skeleton'
import { type TeamChanges, teamsOptions, useTeamChanges } from './api'
import type { Team } from './types'

const TeamDialog = lazy(() => import('./team-dialog'))
const MOST = 100
const FACES = 8

type TabProps = { creating: boolean; onCreating: (on: boolean) => void }
/** Who works with whom. */
export function TeamsTab({ creating, onCreating }: TabProps) {
  const { t } = useTranslation('team')
  const mayWrite = useCan('team.teams.write')
  const q = useQuery(teamsOptions())
  const changes = useTeamChanges()
  const [editing, setEditing] = useState<Team | null>(null)
  const full = (q.data?.length ?? 0) >= MOST
  return (
    <ScrollRegion label={t('teams.list')} className="bg-sunken">
      <div className="mx-auto flex w-full flex-col gap-4 p-3 md:p-6" style={{ maxWidth: 1100 }}>
        {full && <Notice kind="warning">{t('teams.full', { count: MOST })}</Notice>}
        {q.data && q.data.length > 0 ? (
          <ul aria-label={t('teams.list')} className="grid gap-3 sm:grid-cols-2">
            {q.data.map((x) => (
              <Card key={x.id} team={x} changes={mayWrite ? changes : null} onEdit={() => setEditing(x)} />
            ))}
          </ul>
        ) : q.data ? (
          <EmptyState
            icon={UsersRound}
            title={t('teams.empty')}
            text={t(mayWrite ? 'teams.emptyText' : 'teams.emptyRead')}
            actions={
              mayWrite && (
                <Button variant="primary" size="md" onClick={() => onCreating(true)}>
                  <Plus size={15} aria-hidden />
                  {t('teams.new')}
                </Button>
              )
            }
          />
        ) : q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : (
          <Cards />
        )}
      </div>
      <Suspense>
        {((creating && !full) || editing) && (
          <TeamDialog
            team={editing}
            changes={changes}
            onClose={() => {
              setEditing(null)
              onCreating(false)
            }}
          />
        )}
      </Suspense>
    </ScrollRegion>
  )
}

function Card({ team, changes, onEdit }: { team: Team; changes: TeamChanges | null; onEdit: () => void }) {
  const { t } = useTranslation('team')
  const { list } = useFormat()
  const leads = team.members.filter((m) => m.lead)
  const ask = async () => {
    const sure = await confirm({
      title: t('teams.deleteTitle', { name: team.name }),
      description: t('teams.deleteText'),
      action: t('teams.delete'),
      danger: true,
    })
    if (sure) await changes?.remove(team)
  }
  // Leads come first, also among the faces.
  const faces = [...leads, ...team.members.filter((m) => !m.lead)].slice(0, FACES)
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg bg-card p-4 shadow-card">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">{team.name}</h2>
          {team.description && <p className="mt-0.5 text-sm text-muted">{team.description}</p>}
        </div>
        {changes && (
          <>
            <IconButton
              label={t('teams.edit')}
              aria-label={`${t('teams.edit')}: ${team.name}`}
              onClick={onEdit}
              className="any-pointer-coarse:size-10!"
            >
              <Pencil size={14} />
            </IconButton>
            <IconButton
              label={t('teams.delete')}
              aria-label={`${t('teams.delete')}: ${team.name}`}
              onClick={() => void ask()}
              className="any-pointer-coarse:size-10!"
            >
              <Trash2 size={14} />
            </IconButton>
          </>
        )}
      </div>
      <div className="mt-auto flex flex-wrap items-center gap-2 text-xs text-subtle">
        {faces.length > 0 && <AvatarStack names={faces.map((m) => m.name)} />}
        <span className="tabular">
          {team.members.length > 0 ? t('teams.count', { count: team.members.length }) : t('teams.nobody')}
        </span>
      </div>
      {leads.length > 0 && (
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <Star size={13} aria-hidden className="shrink-0 text-warning" />
          <span className="truncate">{t('teams.leads', { names: list(leads.map((m) => m.name)) })}</span>
        </p>
      )}
    </li>
  )
}

function Cards() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')} className="grid gap-3 sm:grid-cols-2">
      {['a', 'b', 'c', 'd'].map((k) => (
        <div key={k} className="flex flex-col gap-3 rounded-lg bg-card p-4 shadow-card">
          <Skeleton className="h-4 w-32" />
          <Skeleton className="h-3 w-3/4" />
          <Skeleton className="h-5 w-24" />
        </div>
      ))}
    </div>
  )
}
