/** How near to an edge scrolling begins, and how fast it gets, in CSS pixels (a frame). */
const ZONE = 56
const FASTEST = 14

/** How far to scroll in one frame for a finger at `at` between two edges: the nearer, the faster. */
export function edgePull(at: number, from: number, to: number): number {
  const zone = Math.min(ZONE, (to - from) / 3)
  if (zone <= 0) return 0
  const before = from + zone - at
  const behind = at - (to - zone)
  if (before > 0) return -speed(before / zone)
  return behind > 0 ? speed(behind / zone) : 0
}
const speed = (nearness: number) => Math.ceil(FASTEST * Math.min(1, nearness) ** 2)
