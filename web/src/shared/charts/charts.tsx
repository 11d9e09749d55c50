import { curveMonotoneX } from '@visx/curve'
import { useParentSize } from '@visx/responsive'
import { scaleLinear, scalePoint } from '@visx/scale'
import { AreaClosed, LinePath } from '@visx/shape'
import { useId, useState } from 'react'
import { cn } from '@/shared/lib/cn'
import type { Tone } from '@/shared/ui/tone'

export type Series = { label: string; tone: Tone; values: number[]; area?: boolean }
const M = { top: 8, right: 4, bottom: 22, left: 34 }

/** One look for every time series: hairline grid, monotone lines, a soft area under the first series, a crosshair tooltip. */
export function TimeChart({
  labels,
  series,
  format,
  title,
  height = 232,
  integers,
}: {
  labels: string[]
  series: Series[]
  format: (v: number) => string
  title: string
  height?: number
  /** Counts: no half steps on the axis, and a flat line stays at the bottom. */
  integers?: boolean
}) {
  const { parentRef, width } = useParentSize<HTMLDivElement>({ debounceTime: 50 })
  const [at, setAt] = useState<number | null>(null)
  const id = useId()
  const w = Math.max(0, width - M.left - M.right)
  const h = height - M.top - M.bottom
  const x = scalePoint({ domain: labels.map((_, i) => i), range: [0, w] })
  const most = Math.max(integers ? 3.5 : 0, ...series.flatMap((s) => s.values))
  const y = scaleLinear({ domain: [0, (most || 1) * 1.12], range: [h, 0], nice: 4 })
  const ticks = y.ticks(4).filter((t) => !integers || Number.isInteger(t))
  const px = (i: number) => x(i) ?? 0
  const every = Math.ceil(labels.length / Math.max(1, Math.floor(w / 76)))
  return (
    <div ref={parentRef} className="relative w-full" style={{ height }}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={title}
          className="overflow-visible"
          onPointerMove={(e) => {
            const r = e.currentTarget.getBoundingClientRect()
            setAt(
              Math.max(
                0,
                Math.min(labels.length - 1, Math.round(((e.clientX - r.left - M.left) / w) * (labels.length - 1))),
              ),
            )
          }}
          onPointerLeave={() => setAt(null)}
        >
          <g transform={`translate(${M.left},${M.top})`}>
            {ticks.map((t) => (
              <g key={t} transform={`translate(0,${y(t)})`}>
                <line x2={w} stroke="var(--line)" strokeDasharray={t === 0 ? undefined : '3 4'} />
                <text x={-10} dy="0.32em" textAnchor="end" className="tabular fill-subtle text-2xs">
                  {format(t)}
                </text>
              </g>
            ))}
            {labels.map(
              (l, i) =>
                i % every === 0 && (
                  <text
                    key={l}
                    x={px(i)}
                    y={h + 16}
                    textAnchor={i === 0 ? 'start' : 'middle'}
                    className="fill-subtle text-2xs"
                  >
                    {l}
                  </text>
                ),
            )}
            {series.map((s, k) => (
              <g key={s.label} data-tone={s.tone}>
                {s.area && (
                  <>
                    <linearGradient id={`${id}${k}`} x1="0" x2="0" y1="0" y2="1">
                      <stop offset="0" stopColor="var(--tone-solid)" stopOpacity=".22" />
                      <stop offset="1" stopColor="var(--tone-solid)" stopOpacity="0" />
                    </linearGradient>
                    <AreaClosed
                      data={s.values}
                      x={(_, i) => px(i)}
                      y={(v) => y(v)}
                      yScale={y}
                      curve={curveMonotoneX}
                      fill={`url(#${id}${k})`}
                    />
                  </>
                )}
                <LinePath
                  data={s.values}
                  x={(_, i) => px(i)}
                  y={(v) => y(v)}
                  curve={curveMonotoneX}
                  stroke="var(--tone-solid)"
                  strokeWidth={2}
                  strokeDasharray={s.area ? undefined : '5 4'}
                  strokeLinecap="round"
                  fill="none"
                />
                {at !== null && (
                  <circle
                    cx={px(at)}
                    cy={y(s.values[at] ?? 0)}
                    r="4"
                    fill="var(--tone-solid)"
                    stroke="var(--surface)"
                    strokeWidth="2"
                  />
                )}
              </g>
            ))}
            {at !== null && <line x1={px(at)} x2={px(at)} y2={h} stroke="var(--line-strong)" />}
          </g>
        </svg>
      )}
      {at !== null && (
        <div
          className="pointer-events-none absolute top-2 z-10 rounded-md bg-inverse px-2.5 py-1.5 text-xs text-inverse-fg shadow-pop"
          style={{
            left: M.left + px(at),
            transform: `translateX(${at > labels.length / 2 ? 'calc(-100% - 12px)' : '12px'})`,
          }}
        >
          <div className="mb-0.5 text-inverse-muted">{labels[at]}</div>
          {series.map((s) => (
            <div key={s.label} data-tone={s.tone} className="flex items-center gap-2">
              <span className="size-2 rounded-full bg-tone-solid" />
              {s.label}
              <span className="tabular ml-auto pl-4 font-semibold">{format(s.values[at] ?? 0)}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

export function Sparkline({ values, tone, className }: { values: number[]; tone: Tone; className?: string }) {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const y = scaleLinear({ domain: low === high ? [low, low + 1] : [low, high], range: [26, 3] })
  return (
    <svg data-tone={tone} viewBox="0 0 96 30" aria-hidden className={cn('h-[30px] w-24 overflow-visible', className)}>
      <AreaClosed
        data={values}
        x={(_, i) => (i / (values.length - 1)) * 96}
        y={(v) => y(v)}
        y0={30}
        yScale={y}
        curve={curveMonotoneX}
        fill="var(--tone-solid)"
        opacity={0.1}
      />
      <LinePath
        data={values}
        x={(_, i) => (i / (values.length - 1)) * 96}
        y={(v) => y(v)}
        curve={curveMonotoneX}
        stroke="var(--tone-solid)"
        strokeWidth={1.75}
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  )
}
