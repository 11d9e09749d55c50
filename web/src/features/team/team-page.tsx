import { useQuery } from '@tanstack/react-query'
import { Plus, UserPlus, UsersRound } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '@/shared/commands/commands'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useCan } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { PageHeader } from '@/shared/ui/page-header'
import { TabPanel, Tabs } from '@/shared/ui/tabs'
import { ActivitySkeleton } from './activity-skeleton'
import { invitationsOptions, teamsOptions } from './api'
import { InvitationsTab } from './invitations-tab'
import { MembersTab } from './members-tab'
import { TABS, type TeamSearch } from './search-params'
import { TeamsTab } from './teams-tab'

const InviteDialog = lazy(() => import('./invite-dialog'))
const ActivityTab = lazyWithTexts(['audit', 'records', 'pipeline'], () => import('./activity-tab'))

type PageProps = { search: TeamSearch; onSearch: (search: TeamSearch) => void }

/** Who works here, who was asked to, and who works with whom. */
export function TeamPage(p: PageProps) {
  const { t } = useTranslation('team')
  const may = useCan('team.members.read')
  if (may) return <Team {...p} />
  return (
    <>
      <PageHeader icon={UsersRound} title={t('title')} />
      <EmptyState icon={UsersRound} tone="gray" title={t('forbidden')} text={t('forbiddenText')} />
    </>
  )
}

function Team({ search, onSearch }: PageProps) {
  const { t } = useTranslation('team')
  const mayInvite = useCan('team.members.write')
  const mayTeam = useCan('team.teams.write')
  const { tab = 'members' } = search
  const invitations = useQuery({ ...invitationsOptions(), enabled: mayInvite })
  const teams = useQuery(teamsOptions())
  const open = (on: boolean) => onSearch({ ...search, new: on || undefined })
  const may = tab === 'teams' ? mayTeam : mayInvite && tab !== 'activity'
  const making = search.new && may && (tab === 'teams' ? 'team' : 'invitation')
  const label = t(tab === 'teams' ? 'teams.new' : 'invite')
  const Icon = tab === 'teams' ? Plus : UserPlus
  useCommand(may ? { id: 'team.new', label, icon: Icon, action: 'create', run: () => open(true) } : null)
  const shown = TABS.filter((id) => id !== 'invitations' || mayInvite)
  const count = {
    members: undefined,
    invitations: invitations.data?.length || undefined,
    teams: teams.data?.length,
    activity: undefined,
  }
  return (
    <>
      <PageHeader
        icon={UsersRound}
        title={t('title')}
        actions={
          may && (
            <Button variant="primary" size="md" onClick={() => open(true)}>
              <Icon size={15} strokeWidth={2.2} aria-hidden />
              <span className="max-sm:sr-only">{label}</span>
            </Button>
          )
        }
      />
      <Tabs
        label={t('tabs.label')}
        value={tab}
        onValueChange={(to) => onSearch(to === 'members' ? {} : { tab: to })}
        className="h-11 shrink-0 items-center border-b border-line px-2.5"
        items={shown.map((id) => ({ value: id, label: t(`tabs.${id}`), count: count[id] }))}
      >
        {shown.map((id) => (
          <TabPanel key={id} value={id} className="relative flex min-h-0 flex-1 flex-col">
            {id === 'members' ? (
              <MembersTab
                search={search.q ?? ''}
                onSearch={(q) => onSearch({ ...search, q: q || undefined })}
                onInvite={mayInvite ? () => open(true) : null}
              />
            ) : id === 'invitations' ? (
              <InvitationsTab onInvite={() => open(true)} />
            ) : id === 'activity' ? (
              <Suspense fallback={<ActivitySkeleton />}>
                <ActivityTab search={search} onSearch={onSearch} />
              </Suspense>
            ) : (
              <TeamsTab creating={making === 'team'} onCreating={open} />
            )}
          </TabPanel>
        ))}
      </Tabs>
      <Suspense>{making === 'invitation' && <InviteDialog onClose={() => open(false)} />}</Suspense>
    </>
  )
}
