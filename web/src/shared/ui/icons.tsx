/** The tick and the chevron that popups share. */
export const CheckMark = () => (
  <svg
    viewBox="0 0 12 12"
    width="12"
    height="12"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
    className="text-fg!"
  >
    <path d="M2.5 6.3l2.4 2.4 4.6-5.1" />
  </svg>
)
export const Chevron = () => (
  <svg
    viewBox="0 0 12 12"
    width="12"
    height="12"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
    className="shrink-0 text-subtle"
  >
    <path d="M3 4.8l3 3 3-3" />
  </svg>
)
