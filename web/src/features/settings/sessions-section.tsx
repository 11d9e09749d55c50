import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Laptop, Smartphone, Tablet, Terminal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { listSessionsOptions, listSessionsQueryKey } from '@/api/gen/@tanstack/react-query.gen'
import { revokeOtherSessions, revokeSession } from '@/api/gen/sdk.gen'
import type { SessionList, SessionView } from '@/api/gen/types.gen'
import { parseUserAgent } from '@/shared/lib/user-agent'
import { useFormat } from '@/shared/session/use-format'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import { toast } from '@/shared/ui/toast'

const ICONS = { desktop: Laptop, phone: Smartphone, tablet: Tablet, program: Terminal } as const
const NOW_MS = 6 * 60_000 // the server writes the last visit at most every five minutes

/** Ends one session, or every other one (`null`). What is ended cannot be opened again, so it asks first. */
function useRevoke() {
  const { t } = useTranslation('settings')
  const qc = useQueryClient()
  const queryKey = listSessionsQueryKey()
  return useMutation({
    mutationFn: (id: string | null) => (id ? revokeSession({ path: { id } }) : revokeOtherSessions()),
    onMutate: async (id) => {
      await qc.cancelQueries({ queryKey })
      const before = qc.getQueryData<SessionList>(queryKey)
      const stays = (s: SessionView) => s.current || (id !== null && s.id !== id)
      qc.setQueryData<SessionList>(queryKey, (l) => l && { ...l, items: l.items.filter(stays) })
      return { before }
    },
    onSuccess: (_, id) => toast.success(t(id ? 'security.revoked' : 'security.othersRevoked')),
    onError: (e, _, context) => {
      qc.setQueryData(queryKey, context?.before)
      toast.error(t('security.revokeFailed'), e)
    },
    onSettled: () => qc.invalidateQueries({ queryKey }),
  })
}

export function SessionsSection() {
  const { t } = useTranslation('settings')
  const sessions = useQuery(listSessionsOptions())
  const { mutate: revoke } = useRevoke()
  const items = sessions.data?.items.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt),
  )
  const others = (items?.length ?? 0) > 1
  const revokeOthers = async () => {
    const yes = await confirm({
      title: t('security.othersTitle'),
      description: t('security.othersText'),
      action: t('security.others'),
      danger: true,
    })
    if (yes) revoke(null)
  }
  return (
    <Section
      title={t('security.sessions')}
      text={t('security.sessionsText')}
      flush
      actions={
        others && (
          <Button size="md" onClick={() => void revokeOthers()}>
            {t('security.others')}
          </Button>
        )
      }
    >
      {items ? (
        <ul>
          {items.map((s) => (
            <Session key={s.id} session={s} onRevoke={() => revoke(s.id)} />
          ))}
        </ul>
      ) : sessions.error ? (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} busy={sessions.isFetching} />
      ) : (
        <SessionsSkeleton />
      )}
    </Section>
  )
}

const rowCls = 'flex items-center gap-3 border-t border-line-soft px-4 py-3 md:px-5'

function useName() {
  const { t } = useTranslation('settings')
  return (s: SessionView) => {
    const { browser, system } = parseUserAgent(s.userAgent)
    if (browser && system) return t('security.device', { browser, system })
    return browser ?? system ?? t(s.kind === 'api' ? 'security.program' : 'security.unknown')
  }
}

function Session({ session, onRevoke }: { session: SessionView; onRevoke: () => void }) {
  const { t } = useTranslation('settings')
  const { ago, dateTime, day } = useFormat()
  const name = useName()(session)
  const Icon = ICONS[session.kind === 'api' ? 'program' : parseUserAgent(session.userAgent).kind]
  const now = session.current || Date.now() - Date.parse(session.lastSeenAt) < NOW_MS
  const ask = async () => {
    const yes = await confirm({
      title: t('security.revokeTitle', { name }),
      description: t('security.revokeText'),
      action: t('security.revoke'),
      danger: true,
    })
    if (yes) onRevoke()
  }
  return (
    <li className={rowCls}>
      <span
        data-tone={session.current ? 'green' : 'gray'}
        className="grid size-9 shrink-0 place-items-center rounded-md bg-tone text-tone-fg"
      >
        <Icon size={17} strokeWidth={1.75} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate text-sm font-medium" title={session.userAgent ?? undefined}>
            {name}
          </span>
          {session.current && <Badge tone="green">{t('security.this')}</Badge>}
          {session.kind === 'api' && <Badge tone="gray">API</Badge>}
        </div>
        <div className="tabular text-xs text-subtle">
          {session.ip && <span>{session.ip} · </span>}
          {now ? (
            t('security.active')
          ) : (
            <time dateTime={session.lastSeenAt} title={dateTime(session.lastSeenAt)}>
              {t('security.seen', { ago: ago(session.lastSeenAt) })}
            </time>
          )}
          <span className="max-sm:hidden"> · {t('security.since', { date: day(session.createdAt) })}</span>
        </div>
      </div>
      {!session.current && (
        <Button size="md" aria-label={`${t('security.revoke')}: ${name}`} onClick={() => void ask()}>
          {t('security.revoke')}
        </Button>
      )}
    </li>
  )
}

function SessionsSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-busy aria-label={t('ui.loading')}>
      {['a', 'b'].map((k) => (
        <div key={k} className={rowCls}>
          <Skeleton className="size-9 rounded-md" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-3.5 w-40" />
            <Skeleton className="h-3 w-56" />
          </div>
        </div>
      ))}
    </div>
  )
}
