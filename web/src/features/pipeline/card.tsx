import { CalendarDays, Check, Clock, Ellipsis, User } from 'lucide-react'
import { type MouseEvent, memo, useLayoutEffect, useRef } from 'react'
import type { DealCard } from '@/api/gen/types.gen'
import { cn } from '@/shared/lib/cn'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Tag } from '@/shared/ui/badge'
import { useDrag, useDraggableCard } from './drag'
import { toMajor } from './money'
import type { Tools } from './tools'

export type CardActions = {
  press: (id: string, e: MouseEvent) => void
  menu: (id: string, anchor: HTMLElement) => void
  idsOf: (id: string) => readonly string[]
  /** The card is on screen: the focus may have waited for it. */
  arrive: (id: string, link: HTMLElement | null) => void
}
type CardProps = {
  card: DealCard
  tools: Tools
  on: CardActions
  mayMove: boolean
  selected: boolean
  lifted: boolean
  overdue: boolean
  /** The one card of the board that Tab leads to. */
  tabStop: boolean
}
/** A deal on the board. Its link covers it: one stop for the focus, one target for the press. */
export const Card = memo(function Card({ card, tools, on, mayMove, selected, lifted, overdue, tabStop }: CardProps) {
  const { t, fmt } = tools
  const el = useRef<HTMLElement>(null)
  const link = useRef<HTMLAnchorElement>(null)
  const { arrive } = on
  useLayoutEffect(() => arrive(card.id, link.current), [arrive, card.id])
  useDraggableCard(el, card.id, mayMove ? on.idsOf : null)
  const dragging = useDrag((s) => s.ids.includes(card.id))
  const { company, contact, owner } = card
  const tags = card.tags.slice(0, 1)
  return (
    <article
      ref={el}
      className={cn(
        'group relative flex h-full flex-col select-none [-webkit-touch-callout:none] rounded-lg bg-card p-3 shadow-card transition-[box-shadow,opacity,transform] duration-100 hover:shadow-card-hover has-[[data-card]:focus-visible]:outline-2 has-[[data-card]:focus-visible]:outline-ring',
        dragging && 'opacity-40',
        selected && 'bg-row-selected outline-2 outline-accent',
        lifted && '-rotate-1 shadow-pop',
      )}
    >
      <div className="flex h-5 items-center gap-2 text-xs text-muted">
        {company ? (
          <CompanyLogo name={company.name} size={16} />
        ) : (
          <User size={14} aria-hidden className="text-subtle" />
        )}
        <span className="min-w-0 flex-1 truncate font-medium">
          {company?.name ?? contact?.name ?? t('card.nobody')}
        </span>
        {selected && <Check size={14} className="text-accent" aria-hidden />}
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('card.actions', { title: card.title })}
          onClick={(e) => on.menu(card.id, e.currentTarget)}
          className="relative z-[1] -my-1 -mr-1.5 grid size-6 place-items-center rounded-md text-subtle opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-hover hover:text-fg any-pointer-coarse:size-9 any-pointer-coarse:opacity-100"
        >
          <Ellipsis size={14} aria-hidden />
        </button>
      </div>
      <a
        ref={link}
        data-card={card.id}
        href={`/deals/${card.id}`}
        draggable={false}
        tabIndex={tabStop ? 0 : -1}
        onClick={(e) => on.press(card.id, e)}
        aria-describedby="board-keys"
        className="mt-1 truncate text-sm font-semibold outline-none after:absolute after:inset-0 after:rounded-lg"
      >
        {card.title}
        {selected && <span className="sr-only">, {t('card.selected')}</span>}
      </a>
      <div className="mt-0.5 flex h-5 min-w-0 items-center gap-1.5">
        <span className={cn('tabular shrink-0 text-sm', card.amountMinor === null && 'text-subtle')}>
          {card.amountMinor === null || card.currency === null
            ? t('card.noAmount')
            : fmt.money(toMajor(card.amountMinor, card.currency), card.currency)}
        </span>
        {tags.map((x) => (
          <Tag key={x} className="ml-auto min-w-0">
            {x}
          </Tag>
        ))}
      </div>
      <div className="mt-auto flex h-5 items-center gap-2.5 text-xs text-subtle">
        {owner ? (
          <span title={owner.name} className="flex">
            <Avatar name={owner.name} size={18} />
            <span className="sr-only">
              {t('field.owner')}: {owner.name}
            </span>
          </span>
        ) : (
          <span
            title={t('card.noOwner')}
            className="size-[18px] rounded-full border border-dashed border-line-strong"
          />
        )}
        {card.expectedCloseOn && (
          <span
            className={cn('tabular flex items-center gap-1', overdue && 'font-medium text-danger')}
            title={t(overdue ? 'card.overdue' : 'field.expectedCloseOn')}
          >
            <CalendarDays size={12} aria-hidden />
            {overdue && <span className="sr-only">{t('card.overdue')}</span>}
            {fmt.dayMonth(`${card.expectedCloseOn}T12:00:00Z`)}
          </span>
        )}
        <Age card={card} tools={tools} />
      </div>
    </article>
  )
})

/** Days in the stage; in colour once it is longer than the stage allows. */
function Age({ card, tools: { t } }: { card: DealCard; tools: Tools }) {
  const label = t(card.rotting ? 'card.rotting' : 'card.days', { count: card.daysInStage })
  return (
    <span
      title={label}
      data-tone={card.rotting ? 'red' : undefined}
      className={cn(
        'tabular ml-auto flex h-5 items-center gap-1 rounded-sm',
        card.rotting && 'bg-tone px-1.5 font-medium text-tone-fg',
      )}
    >
      <Clock size={12} aria-hidden />
      <span aria-hidden>{t('card.daysShort', { count: card.daysInStage })}</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}
