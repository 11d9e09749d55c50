/** Hours in which an account sends nothing at all. */
export type Quiet = { enabled: boolean; from: string; to: string }
export const NO_QUIET: Quiet = { enabled: false, from: '22:00', to: '08:00' }

const minutes = (time: string) => {
  const [h, m] = time.split(':').map(Number)
  return (h ?? 0) * 60 + (m ?? 0)
}
export const overMidnight = ({ from, to }: Pick<Quiet, 'from' | 'to'>) => minutes(from) > minutes(to)
/** Neither nothing nor the whole day. */
export const isSpan = ({ from, to }: Pick<Quiet, 'from' | 'to'>) =>
  /^\d\d:\d\d$/.test(from) && /^\d\d:\d\d$/.test(to) && from !== to
