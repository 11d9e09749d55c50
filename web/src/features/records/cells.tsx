import type { TFunction } from 'i18next'
import { ArrowUpRight } from 'lucide-react'
import { lazy, memo, type ReactNode, Suspense } from 'react'
import { customHref } from '@/shared/fields/href'
import { cn } from '@/shared/lib/cn'
import type { useFormat } from '@/shared/session/use-format'
import { cityOf } from '@/shared/time-zones/city'
import { Avatar, CompanyLogo } from '@/shared/ui/avatar'
import { Badge, Tag } from '@/shared/ui/badge'
import type { Tone } from '@/shared/ui/tone'
import { type CrmRecord, type Field, type Kind, read } from './fields'
import { linkedin, phone, safeHref, website } from './show'

const CustomValue = lazy(() => import('@/shared/fields/value').then((m) => ({ default: m.CustomValue })))

/** How values look in tables, cards and property lists. No hooks: a screen of rows has hundreds of them. */
export type Tools = { t: TFunction<'records'>; fmt: ReturnType<typeof useFormat> }
type CellProps = { kind: Kind; field: Field; record: CrmRecord; tools: Tools }

export const Cell = memo(function Cell({ kind, field, record, tools }: CellProps) {
  if (field.id === 'name') return <NameCell kind={kind} record={record} tools={tools} />
  const out = hrefOf(field, record)
  return (
    <>
      <Value field={field} record={record} tools={tools} />
      {out && <OutLink {...out} label={tools.t('openLink', { link: out.text })} />}
    </>
  )
})

function NameCell({ kind, record, tools }: Omit<CellProps, 'field'>) {
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2.5">
      <RecordIcon kind={kind} name={record.name} size={22} />
      <a
        href={`/${kind === 'contact' ? 'contacts' : 'companies'}/${record.id}`}
        tabIndex={-1}
        data-open
        className="min-w-0 truncate font-medium decoration-line-strong underline-offset-[3px] hover:underline"
      >
        {record.name}
      </a>
      {record.doNotContact && (
        <span role="img" aria-label={tools.t('field.doNotContact')} className="ml-auto shrink-0 text-danger">
          <Forbidden />
        </span>
      )}
    </span>
  )
}
const Forbidden = () => (
  <svg viewBox="0 0 14 14" width="13" height="13" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
    <circle cx="7" cy="7" r="5.4" />
    <path d="M3.2 3.2l7.600 7.600" />
  </svg>
)
export function RecordIcon({ kind, name, size }: { kind: Kind; name: string; size: number }) {
  return kind === 'contact' ? <Avatar name={name} size={size} /> : <CompanyLogo name={name} size={size} />
}

export function Value({ field, record, tools }: Omit<CellProps, 'kind'>): ReactNode {
  const { t, fmt } = tools
  switch (field.type) {
    case 'owner':
      return record.ownerName ? (
        <span className="flex min-w-0 items-center gap-2">
          <Avatar name={record.ownerName} size={18} />
          <span className="truncate">{record.ownerName}</span>
        </span>
      ) : null
    case 'company':
      return record.companyName ? (
        <span className="flex min-w-0 items-center gap-2">
          <CompanyLogo name={record.companyName} />
          <span className="truncate">{record.companyName}</span>
        </span>
      ) : null
    case 'tags':
      return <Tags tags={record.tags} />
    case 'emails':
      return <Several values={record.emails} />
    case 'phones':
      return <Several values={record.phones.map(phone)} className="tabular" />
    case 'telegram':
      return record.telegramUsername ? <span className="truncate">@{record.telegramUsername}</span> : null
    case 'score':
      return record.leadScore === null || record.leadScore === undefined ? null : <Score value={record.leadScore} />
    case 'flag':
      return record.doNotContact ? <Badge tone="red">{t('field.doNotContact')}</Badge> : null
    case 'url': {
      const url = field.id === 'linkedinUrl' ? record.linkedinUrl : record.website
      return url ? <span className="truncate">{field.id === 'linkedinUrl' ? linkedin(url) : website(url)}</span> : null
    }
    case 'instant': {
      const at = field.id === 'createdAt' ? record.createdAt : record.updatedAt
      return (
        <time dateTime={at} title={fmt.dateTime(at)} className="tabular truncate text-muted">
          {fmt.ago(at)}
        </time>
      )
    }
    case 'count':
      return record.contactCount ? <span className="tabular ml-auto">{fmt.num(record.contactCount)}</span> : null
    case 'size':
      return record.size ? <Badge tone="gray">{t(`size.${record.size}`)}</Badge> : null
    case 'zone':
      return record.timeZone ? (
        <span className="truncate" title={record.timeZone}>
          {cityOf(record.timeZone)}
        </span>
      ) : null
    case 'custom':
      return field.custom ? (
        <Suspense>
          <CustomValue field={field.custom} value={read(record, field.id)} fmt={fmt} />
        </Suspense>
      ) : null
    default: {
      const v = read(record, field.id)
      return v ? <span className="truncate">{String(v)}</span> : null
    }
  }
}

export function Tags({ tags, wrap }: { tags: readonly string[]; wrap?: boolean }) {
  if (tags.length === 0) return null
  return (
    <span className={cn('flex min-w-0 items-center gap-1', wrap ? 'flex-wrap' : 'overflow-hidden')}>
      {tags.map((x) => (
        <Tag key={x} className={wrap ? undefined : 'shrink-0'}>
          {x}
        </Tag>
      ))}
    </span>
  )
}
function Several({ values, className }: { values: readonly string[]; className?: string }) {
  const [first, ...more] = values
  if (!first) return null
  return (
    <span className={cn('flex min-w-0 items-center gap-1.5', className)} title={values.join('\n')}>
      <span className="truncate">{first}</span>
      {more.length > 0 && (
        <span className="shrink-0 rounded-sm bg-active px-1 text-2xs font-medium text-muted">+{more.length}</span>
      )}
    </span>
  )
}
export function Score({ value }: { value: number }) {
  const level = value >= 70 ? 3 : value >= 40 ? 2 : value > 0 ? 1 : 0
  const tone: Tone = (['gray', 'amber', 'lime', 'green'] as const)[level] as Tone
  return (
    <span className="flex items-center gap-2">
      <span data-tone={tone} className="flex items-end gap-[2px]" aria-hidden>
        {[5, 8, 11].map((h, i) => (
          <span
            key={h}
            className={cn('w-[3px] rounded-full', i < level ? 'bg-tone-solid' : 'bg-line-strong')}
            style={{ height: h }}
          />
        ))}
      </span>
      <span className="tabular">{value}</span>
    </span>
  )
}

/** Where a value leads: another record, a mail or call, a page. */
export function hrefOf(field: Field, r: CrmRecord): { href: string; text: string; inApp?: boolean } | null {
  switch (field.type) {
    case 'company':
      return r.companyId ? { href: `/companies/${r.companyId}`, text: r.companyName ?? '', inApp: true } : null
    case 'emails':
      return r.emails[0] ? { href: `mailto:${r.emails[0]}`, text: r.emails[0] } : null
    case 'phones':
      return r.phones[0] ? { href: `tel:${r.phones[0]}`, text: phone(r.phones[0]) } : null
    case 'telegram':
      return r.telegramUsername ? { href: `https://t.me/${r.telegramUsername}`, text: `@${r.telegramUsername}` } : null
    case 'url': {
      const url = field.id === 'linkedinUrl' ? r.linkedinUrl : r.website
      const href = url && safeHref(url)
      return href ? { href, text: website(href) } : null
    }
    case 'custom': {
      const out = field.custom && customHref(field.custom, read(r, field.id))
      return out
        ? { ...out, text: out.inApp ? (field.custom?.name ?? '') : out.href.replace(/^\w+:(\/\/)?/, '') }
        : null
    }
    default:
      return null
  }
}
/** Shows when the pointer is over the cell; a press on the value itself chooses the cell. */
function OutLink({ href, inApp, label }: { href: string; inApp?: boolean; label: string }) {
  return (
    <a
      href={href}
      tabIndex={-1}
      aria-label={label}
      data-in-app={inApp || undefined}
      {...(inApp || !href.startsWith('http') ? {} : { target: '_blank', rel: 'noreferrer' })}
      className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded-sm bg-raised text-muted opacity-0 shadow-card group-hover/cell:opacity-100 hover:text-fg focus-visible:opacity-100"
    >
      <ArrowUpRight size={13} aria-hidden />
    </a>
  )
}
