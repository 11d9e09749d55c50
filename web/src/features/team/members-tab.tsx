import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, SearchX, UserPlus, UsersRound } from 'lucide-react'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Command, useCommands } from '@/shared/commands/commands'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { Button } from '@/shared/ui/button'
import { confirm } from '@/shared/ui/confirm'
import { EmptyState } from '@/shared/ui/empty-state'
import { ErrorState } from '@/shared/ui/error-state'
import { RefreshBar } from '@/shared/ui/progress'
import { ScrollRegion } from '@/shared/ui/scroll-region'
import { SearchBox } from '@/shared/ui/search-box'
import { membersOptions, useMemberChanges } from './api'
import { MemberCards } from './member-cards'
import { MemberTable } from './member-table'
import { MembersSkeleton } from './members-skeleton'
import type { AccessChange, Member } from './types'
import { useViewAs } from './use-view-as'

const MemberMenu = lazy(() => import('./member-menu'))
const RolesDialog = lazyWithTexts(['access'], () => import('./roles-dialog'))
const AccessDrawer = lazyWithTexts(['access'], () => import('./access-drawer'))
const RemoveWizard = lazy(() => import('./remove-wizard'))

type Open =
  | { what: 'menu'; member: Member; anchor: HTMLElement }
  | { what: 'roles' | 'access' | 'remove'; member: Member }
export type OnMember = (member: Member, what: 'menu' | 'access', at: HTMLElement) => void

type TabProps = { search: string; onSearch: (search: string) => void; onInvite: (() => void) | null }
export function MembersTab({ search, onSearch, onInvite }: TabProps) {
  const { t } = useTranslation('team')
  const { num } = useFormat()
  const phone = useMediaQuery('(max-width: 767px)')
  const members = useInfiniteQuery(membersOptions(search))
  const changes = useMemberChanges()
  const view = useViewAs()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const all = members.data?.pages.flatMap((p) => p.items)
  const total = members.data?.pages[0]?.page.total
  useSteps(list)
  const onMember: OnMember = (member, what, anchor) =>
    setOpen(what === 'menu' ? { what, member, anchor } : { what, member })
  /** What takes something from somebody is asked about; giving it back is not. */
  const access = async (what: AccessChange, member: Member) => {
    const { name } = member
    const isMeant =
      what === 'restore' ||
      (await confirm({
        title: t(`${what}.title`, { name }),
        description: t(`${what}.text`, { name }),
        action: t(`${what}.action`),
        danger: true,
      }))
    if (isMeant) await changes.access(what, member)
  }
  const List = phone ? MemberCards : MemberTable
  return (
    <>
      <RefreshBar active={members.isRefetching} label={t('members.list')} />
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-2.5 max-md:h-15">
        <SearchBox inputRef={input} label={t('members.search')} value={search} onValue={onSearch} />
        {total != null && (
          <span role="status" className="tabular ml-auto text-sm text-subtle">
            {num(total)}
          </span>
        )}
      </div>
      <ScrollRegion label={t('members.list')}>
        {all && all.length > 0 ? (
          <div ref={list}>
            <List members={all} onMember={onMember} />
            {members.hasNextPage && (
              <div className="p-3 text-center">
                <Button size="md" busy={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>
                  {t('more')}
                </Button>
              </div>
            )}
            {all.length === 1 && !search && onInvite && (
              <EmptyState
                icon={UsersRound}
                title={t('members.alone')}
                text={t('members.aloneText')}
                actions={
                  <Button variant="primary" size="md" onClick={onInvite}>
                    <UserPlus size={15} aria-hidden />
                    {t('invite')}
                  </Button>
                }
              />
            )}
          </div>
        ) : all ? (
          <EmptyState
            icon={SearchX}
            tone="gray"
            title={t('members.nothing', { search })}
            text={t('members.nothingText')}
            actions={
              <Button size="md" onClick={() => onSearch('')}>
                {t('members.clear')}
              </Button>
            }
          />
        ) : members.error ? (
          <ErrorState error={members.error} onRetry={() => void members.refetch()} busy={members.isFetching} />
        ) : (
          <MembersSkeleton phone={phone} />
        )}
      </ScrollRegion>
      <Suspense>
        {open?.what === 'menu' && (
          <MemberMenu
            {...open}
            onPick={(what) => setOpen({ what, member: open.member })}
            onView={() => void view(open.member)}
            onUnlock={() => void changes.unlock(open.member)}
            onAccess={(what) => void access(what, open.member)}
            onClose={() => setOpen((now) => (now?.what === 'menu' ? null : now))}
          />
        )}
        {open?.what === 'roles' && <RolesDialog member={open.member} changes={changes} onClose={close} />}
        {open?.what === 'access' && (
          <AccessDrawer
            member={open.member}
            onView={() => {
              close()
              void view(open.member)
            }}
            onClose={close}
          />
        )}
        {open?.what === 'remove' && <RemoveWizard member={open.member} changes={changes} onClose={close} />}
      </Suspense>
    </>
  )
}

/** J and K go from person to person. */
function useSteps(list: { current: HTMLDivElement | null }) {
  const { t } = useTranslation('team')
  const commands = useMemo<Command[]>(() => {
    const step = (by: 1 | -1) => () => {
      const names = [...(list.current?.querySelectorAll<HTMLElement>('[data-member]') ?? [])]
      const at = names.findIndex((n) => n.closest('tr,li')?.contains(document.activeElement))
      names[at < 0 ? 0 : Math.min(Math.max(at + by, 0), names.length - 1)]?.focus()
    }
    return [
      { id: 'team.next', label: t('next'), icon: ArrowDown, action: 'next', run: step(1) },
      { id: 'team.previous', label: t('previous'), icon: ArrowUp, action: 'previous', run: step(-1) },
    ]
  }, [list, t])
  useCommands(commands)
}
