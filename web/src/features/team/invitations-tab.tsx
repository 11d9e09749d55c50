import { useQuery } from '@tanstack/react-query'
import { MailOpen, RotateCcw, UserPlus, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { IconButton } from '@/shared/ui/icon-button'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { SectionRowsSkeleton } from '@/shared/ui/section-rows-skeleton'
import { Skeleton } from '@/shared/ui/skeleton'
import { type InvitationChanges, invitationsOptions, useInvitationChanges } from './api'
import { RoleBadges } from './member-parts'
import type { Invitation } from './types'

const LinkDialog = lazy(() => import('./invite-result').then((m) => ({ default: m.LinkDialog })))

/** Those who were asked and have not come yet. */
export function InvitationsTab({ onInvite }: { onInvite: () => void }) {
  const { t } = useTranslation('team')
  const q = useQuery(invitationsOptions())
  const changes = useInvitationChanges()
  const [linked, setLinked] = useState<Invitation | null>(null)
  return (
    <ScrollRegion label={t('invitations.list')}>
      {q.data && q.data.length > 0 ? (
        <ul aria-label={t('invitations.list')}>
          {q.data.map((i) => (
            <Row key={i.id} invitation={i} changes={changes} onLinked={setLinked} />
          ))}
        </ul>
      ) : q.data ? (
        <EmptyState
          icon={MailOpen}
          title={t('invitations.empty')}
          text={t('invitations.emptyText')}
          actions={
            <Button variant="primary" size="md" onClick={onInvite}>
              <UserPlus size={15} aria-hidden />
              {t('invite')}
            </Button>
          }
        />
      ) : q.error ? (
        <ErrorState error={q.error} onRetry={() => void q.refetch()} busy={q.isFetching} />
      ) : (
        <SectionRowsSkeleton
          rows={['w-48', 'w-40', 'w-52']}
          second="w-36"
          lead={<Skeleton className="size-8 rounded-full!" />}
          end={<Skeleton className="h-7 w-28" />}
        />
      )}
      <Suspense>{linked && <LinkDialog invitation={linked} onClose={() => setLinked(null)} />}</Suspense>
    </ScrollRegion>
  )
}

type RowProps = { invitation: Invitation; changes: InvitationChanges; onLinked: (i: Invitation) => void }
function Row({ invitation: i, changes, onLinked }: RowProps) {
  const { t } = useTranslation('team')
  const { ago, day } = useFormat()
  const { user } = useSession()
  const [busy, setBusy] = useState(false)
  const expired = i.state === 'expired'
  const resend = async () => {
    setBusy(true)
    const sent = await changes.resend(i)
    setBusy(false)
    if (sent?.link) onLinked(sent)
  }
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line-soft px-4 py-3">
      <Avatar name={i.email} size={32} />
      <div className="min-w-0 flex-1 basis-48">
        <div className="flex min-w-0 items-center gap-2">
          <span className="truncate text-sm font-medium">{i.email}</span>
          <Badge tone={expired ? 'amber' : 'blue'} className="shrink-0">
            {t(expired ? 'invitations.expired' : 'invitations.open')}
          </Badge>
        </div>
        <p className="mt-0.5 text-xs text-subtle">
          {[
            i.invitedBy && t('invitations.by', { name: i.invitedBy.name }),
            t('invitations.sent', { ago: ago(i.sentAt) }) +
              (i.sends > 1 ? ` (${t('invitations.sends', { count: i.sends })})` : ''),
            t(expired ? 'invitations.expiredOn' : 'invitations.until', { date: day(i.expiresAt) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <div className="mt-1.5 flex flex-wrap items-center gap-2">
          <RoleBadges member={i} />
          <span className="truncate text-xs text-muted">{i.teams.map((x) => x.name).join(', ')}</span>
        </div>
      </div>
      <div className="flex items-center gap-2">
        <Button
          size="md"
          busy={busy}
          aria-label={`${t('invitations.resend')}: ${i.email}`}
          onClick={() => void resend()}
        >
          <RotateCcw size={14} aria-hidden />
          {t('invitations.resend')}
        </Button>
        <IconButton
          label={t('invitations.revoke')}
          aria-label={`${t('invitations.revoke')}: ${i.email}`}
          onClick={() => void changes.revoke(i, user.locale)}
          className="any-pointer-coarse:size-10!"
        >
          <X size={15} />
        </IconButton>
      </div>
    </li>
  )
}
