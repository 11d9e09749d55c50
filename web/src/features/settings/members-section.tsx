import { useInfiniteQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { listMembersInfiniteOptions } from '@/api/gen/@tanstack/react-query.gen'
import type { Member, Role } from '@/api/gen/types.gen'
import { useRoleName } from '@/shared/access/role-name'
import { byCursor } from '@/shared/api/paging'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useSession } from '@/shared/session/session'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { ErrorState } from '@/shared/ui/error-state'
import { Section } from '@/shared/ui/section'
import { Skeleton } from '@/shared/ui/skeleton'
import type { Tone } from '@/shared/ui/tone'

const LockedMember = lazyWithTexts(['security'], () => import('./locked-member'))
const TONES: Record<Role, Tone> = { owner: 'violet', admin: 'blue', manager: 'teal', agent: 'green', viewer: 'gray' }
const rowCls = 'flex items-center gap-3 border-t border-line-soft px-4 py-2.5 md:px-5'

export function MembersSection() {
  const { t } = useTranslation('settings')
  const { t: tc } = useTranslation()
  const { num } = useFormat()
  const members = useInfiniteQuery({ ...listMembersInfiniteOptions({ query: { limit: 50 } }), ...byCursor })
  const total = members.data?.pages[0]?.page.total
  return (
    <Section
      title={t('members.title')}
      text={t('members.text')}
      flush
      actions={total !== undefined && <span className="tabular text-sm text-subtle">{num(total)}</span>}
    >
      {members.data ? (
        <>
          <ul>
            {members.data.pages
              .flatMap((p) => p.items)
              .map((m) => (
                <MemberRow key={m.id} member={m} />
              ))}
          </ul>
          {members.hasNextPage && (
            <div className="border-t border-line-soft p-3 text-center">
              <Button size="md" busy={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>
                {t('members.more')}
              </Button>
            </div>
          )}
        </>
      ) : members.error ? (
        <ErrorState error={members.error} onRetry={() => void members.refetch()} busy={members.isFetching} />
      ) : (
        <div role="status" aria-busy aria-label={tc('ui.loading')} className={rowCls}>
          <Skeleton className="size-8 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-3.5 w-36" />
            <Skeleton className="h-3 w-48" />
          </div>
        </div>
      )}
    </Section>
  )
}

function MemberRow({ member: { id, name, email, role, ...rest } }: { member: Member }) {
  const { t } = useTranslation('settings')
  const roleName = useRoleName()
  const { user } = useSession()
  return (
    <li className={rowCls}>
      <Avatar name={name} size={32} />
      <div className="min-w-0 flex-1">
        <div className="truncate text-sm font-medium">
          {name}
          {id === user.id && <span className="font-normal text-subtle"> · {t('members.you')}</span>}
        </div>
        <div className="truncate text-xs text-subtle">{email}</div>
      </div>
      <Suspense>{isLocked(rest) && <LockedMember id={id} name={name} />}</Suspense>
      <Badge tone={TONES[role]}>{roleName(role)}</Badge>
    </li>
  )
}

const isLocked = ({ lockedUntil }: { lockedUntil?: string | null }) =>
  !!lockedUntil && Date.parse(lockedUntil) > Date.now()
