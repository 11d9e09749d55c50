/** The mark of Rapport. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden className="shrink-0 rounded-[28%] shadow-btn">
      <rect width="24" height="24" className="fill-accent" />
      <g fill="none" stroke="#fff" strokeWidth="1.6" transform="translate(4 4)">
        <circle cx="8" cy="8" r="2" fill="#fff" stroke="none" />
        <ellipse cx="8" cy="8" rx="6.5" ry="2.9" transform="rotate(-35 8 8)" />
      </g>
    </svg>
  )
}
