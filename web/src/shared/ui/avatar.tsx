import type { CSSProperties, ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'
import { hash } from './tone'

const HUES = [259, 22, 154, 285, 48, 188, 352, 232, 76, 308]
export const hueOf = (s: string) => HUES[hash(s) % HUES.length] as number
const initials = (n: string) =>
  n
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((w) => [...w][0] ?? '')
    .join('')
    .toUpperCase()

export function Avatar({ name, size = 20, className }: { name: string; size?: number; className?: string }) {
  return (
    <span
      data-tone=""
      aria-hidden
      className={cn(
        'inline-grid shrink-0 place-items-center rounded-full font-semibold tracking-normal select-none',
        className,
      )}
      style={
        {
          '--h': hueOf(name),
          width: size,
          height: size,
          fontSize: Math.max(8, Math.round(size * 0.4)),
          lineHeight: 1,
          background: 'var(--avatar-bg)',
          color: 'var(--avatar-fg)',
        } as CSSProperties
      }
    >
      {initials(name)}
    </span>
  )
}

export function AvatarStack({ names, size = 22 }: { names: string[]; size?: number }) {
  return (
    <span className="flex -space-x-1.5">
      {names.map((n) => (
        <Avatar key={n} name={n} size={size} className="ring-2 ring-surface" />
      ))}
    </span>
  )
}

/** Curated brand-like fills: pure hue rotation turns warm colours muddy. */
const BRAND = [
  '#1d1f27',
  '#3563e9',
  '#e5484d',
  '#0f9d6b',
  '#7c5cf5',
  '#f0702a',
  '#0b93a8',
  '#d6409f',
  '#2f7de1',
  '#e0a100',
  '#4b5468',
  '#12805c',
]

const GLYPHS: ReactNode[] = [
  <path key="0" d="M4 16V8l6-4v12zM11 16V8l5-3v11z" />,
  <path key="1" d="M10 3a7 7 0 0 1 0 14zM9 3a7 7 0 0 0 0 14z" opacity=".95" />,
  <path key="2" d="M10 3l7 7-7 7-2.6-2.6L11.8 10 7.4 5.6z" />,
  <g key="3">
    <circle cx="7.2" cy="10" r="4" />
    <circle cx="12.8" cy="10" r="4" opacity=".6" />
  </g>,
  <path key="4" d="M4 4h5v5a5 5 0 0 1-5-5zM11 4h5a5 5 0 0 1-5 5zM4 16a5 5 0 0 1 5-5v5zM11 11a5 5 0 0 1 5 5h-5z" />,
  <path key="5" d="M4 5.5h12v2.2H4zM4 9h8.5v2.2H4zM4 12.5h10.5v2.2H4z" />,
  <path
    key="6"
    d="M10 3.2l5.9 3.4v6.8L10 16.8l-5.9-3.4V6.6zm0 4.1a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z"
    fillRule="evenodd"
  />,
  <path key="7" d="M10 3v14A7 7 0 0 1 3 10h7zm1 0a7 7 0 0 1 6 7h-6z" />,
  <path key="8" d="M3.5 14.5C6 6 9 6 10 10s4 4 6.5-4.500l0 8.500z" />,
]
/** A tile that is always the same for the same company name. */
export function CompanyLogo({ name, size = 18, className }: { name: string; size?: number; className?: string }) {
  const h = hash(name)
  return (
    <svg
      aria-hidden
      viewBox="0 0 20 20"
      width={size}
      height={size}
      className={cn('shrink-0 rounded-[5px]', className)}
      style={{ background: BRAND[h % BRAND.length], boxShadow: 'inset 0 0 0 1px rgb(0 0 0 / .08)' }}
      fill="#fff"
    >
      {GLYPHS[Math.floor(h / BRAND.length) % GLYPHS.length]}
    </svg>
  )
}
