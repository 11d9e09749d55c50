import { useQuery } from '@tanstack/react-query'
import { GitCompareArrows, Plus, ShieldCheck } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/access/role-name'
import { type RoleView, rolesOptions } from '@/shared/access/roles'
import { useCommand } from '@/shared/commands/commands'
import { useCan } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { Notice } from '@/shared/ui/notice'
import { Section } from '@/shared/ui/section'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { type RoleSearch, roleSearch } from './model'

const RoleEditor = lazy(() => import('./role-editor'))
const Compare = lazy(() => import('./compare'))
const MOST = 50

type PageProps = {
  search: Record<string, unknown>
  onSearch: (search: Record<string, unknown>, how?: { replace?: boolean }) => void
}
/** What people may do: all roles, one of them, or two side by side. */
export function RolesPage(p: PageProps) {
  const { t } = useTranslation('access')
  const may = useCan('team.members.read')
  if (may) return <Roles search={roleSearch(p.search)} onSearch={p.onSearch} />
  return (
    <Section title={t('roles.title')} text={t('roles.text')}>
      <EmptyState icon={ShieldCheck} tone="gray" title={t('roles.forbidden')} text={t('roles.forbiddenText')} />
    </Section>
  )
}

type RolesProps = { search: RoleSearch; onSearch: (search: RoleSearch, how?: { replace?: boolean }) => void }
function Roles({ search, onSearch }: RolesProps) {
  const { t } = useTranslation('access')
  const q = useQuery(rolesOptions())
  const all = q.data
  const back = () => onSearch({})
  if (!all)
    return (
      <Section title={t('roles.title')} text={t('roles.text')} flush>
        {q.error ? (
          <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
        ) : (
          <SectionRowsSkeleton
            rows={['w-24', 'w-32', 'w-28', 'w-20', 'w-36', 'w-40']}
            second="w-48"
            end={<Skeleton className="h-3.5 w-20" />}
          />
        )}
      </Section>
    )
  const key = search.role ?? search.copy
  const role = all.find((r) => r.key === key)
  const [a, b] = [search.a, search.b].map((k) => all.find((r) => r.key === k))
  const waiting = <div aria-busy className="h-80 rounded-lg bg-card shadow-card" />
  if (key && !role)
    return (
      <Section title={t('roles.title')}>
        <EmptyState
          icon={ShieldCheck}
          tone="gray"
          title={t('roles.gone')}
          text={t('roles.goneText')}
          actions={
            <Button size="md" onClick={back}>
              {t('roles.back')}
            </Button>
          }
        />
      </Section>
    )
  if (role)
    return (
      <Suspense fallback={waiting}>
        <RoleEditor
          key={`${role.key} ${search.copy ? 'copy' : ''}`}
          role={role}
          copy={!!search.copy}
          all={all}
          onOpen={(to) => onSearch({ role: to }, { replace: true })}
          onCopy={() => onSearch({ copy: role.key })}
          onBack={back}
        />
      </Suspense>
    )
  if (a && b)
    return (
      <Suspense fallback={waiting}>
        <Compare all={all} a={a} b={b} onPick={(next) => onSearch(next, { replace: true })} onBack={back} />
      </Suspense>
    )
  return <List all={all} onSearch={onSearch} />
}

function List({ all, onSearch }: { all: RoleView[]; onSearch: RolesProps['onSearch'] }) {
  const { t } = useTranslation('access')
  const mayWrite = useCan('team.roles.write')
  const own = all.filter((r) => !r.builtIn)
  const full = own.length >= MOST
  const make = () => onSearch({ copy: 'agent' })
  useCommand(
    mayWrite && !full ? { id: 'roles.new', label: t('roles.new'), icon: Plus, action: 'create', run: make } : null,
  )
  return (
    <Section
      title={t('roles.title')}
      text={t('roles.text')}
      flush
      actions={
        <div className="flex flex-wrap gap-2">
          <Button size="md" onClick={() => onSearch({ a: 'manager', b: own[0]?.key ?? 'agent' })}>
            <GitCompareArrows size={15} aria-hidden />
            {t('roles.compare')}
          </Button>
          {mayWrite && (
            <Button size="md" variant="primary" disabled={full} onClick={make}>
              <Plus size={15} strokeWidth={2.2} aria-hidden />
              {t('roles.new')}
            </Button>
          )}
        </div>
      }
    >
      {full && (
        <Notice kind="warning" className="mx-4 mb-3 md:mx-5">
          {t('roles.full', { count: MOST })}
        </Notice>
      )}
      <ul className="border-t border-line">
        {all.map((r) => (
          <Row key={r.key} role={r} onOpen={() => onSearch({ role: r.key })} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ role, onOpen }: { role: RoleView; onOpen: () => void }) {
  const { t } = useTranslation('access')
  const roleName = useRoleName()
  return (
    <li className="relative flex min-h-16 items-center gap-3 border-b border-line-soft px-4 py-3 last:border-0 hover:bg-row-hover md:px-5">
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          <button
            type="button"
            onClick={onOpen}
            className="min-w-0 truncate text-left text-sm font-medium outline-none after:absolute after:inset-0 after:outline-offset-[-2px] focus-visible:after:outline-2"
          >
            {roleName(role)}
          </button>
          {role.builtIn && (
            <Badge tone="gray" className="shrink-0">
              {t('roles.builtIn')}
            </Badge>
          )}
        </div>
        <div className="mt-0.5 truncate text-xs text-subtle">
          {[role.description, t('roles.permissions', { count: role.permissions.length })].filter(Boolean).join(' · ')}
        </div>
      </div>
      <span className="tabular shrink-0 text-sm text-muted">{t('roles.members', { count: role.members })}</span>
    </li>
  )
}
