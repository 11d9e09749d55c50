import { Pencil } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMediaQuery } from '@/shared/lib/use-media-query'
import { useFormat } from '@/shared/session/use-format'
import { Avatar } from '@/shared/ui/avatar'
import { tipProps } from '@/shared/ui/tooltip'
import { type Person, type Room, usePresent } from './presence'
import { useLive } from './store'

const SIZE = 22
const STEP = 16
const ROOM = { desktop: 3, phone: 1 }
const MOST_NAMES = 12

/** Who else is there. Its room is kept free, so that nothing moves when people come and go. */
export function Present({ room, narrow = false }: { room: Room; narrow?: boolean }) {
  const { t } = useTranslation('shell')
  const people = usePresent(room)
  const known = useLive((s) => s.light !== 'offline')
  const phone = useMediaQuery('(max-width: 767px)')
  const places = phone || narrow ? ROOM.phone : ROOM.desktop
  const shown = people.length > places ? people.slice(0, places - 1) : people
  const rest = people.slice(shown.length)
  return (
    <div data-testid="present" className="flex shrink-0 justify-end" style={{ width: SIZE + STEP * (places - 1) }}>
      {known && people.length > 0 && (
        <ul aria-label={t('present.label')} className="flex -space-x-1.5">
          {shown.map((p) => (
            <Face key={p.id} people={[p]}>
              <Avatar name={p.name} size={SIZE} className="ring-2 ring-surface" />
            </Face>
          ))}
          {rest.length > 0 && (
            <Face people={rest}>
              <span
                aria-hidden
                className="tabular grid size-5.5 place-items-center rounded-full bg-active text-2xs font-semibold text-muted ring-2 ring-surface"
              >
                {shown.length > 0 ? `+${rest.length}` : rest.length}
              </span>
            </Face>
          )}
        </ul>
      )}
    </div>
  )
}

function Face({ people, children }: { people: readonly Person[]; children: ReactNode }) {
  const { t } = useTranslation('shell')
  const { list } = useFormat()
  const one = people.length === 1 ? people[0] : undefined
  const names = people.slice(0, MOST_NAMES).map((p) => (p.editing ? t('present.editing', { name: p.name }) : p.name))
  const label = list(one ? names : [...names, ...(people.length > MOST_NAMES ? ['…'] : [])])
  const editing = people.some((p) => p.editing)
  return (
    <li className="relative flex">
      <span role="img" aria-label={label} className="flex" {...tipProps({ label })}>
        {children}
      </span>
      {editing && (
        <span
          aria-hidden
          className="pointer-events-none absolute -right-1 -bottom-1 grid size-3.5 place-items-center rounded-full bg-accent text-accent-fg ring-2 ring-surface"
        >
          <Pencil size={8} strokeWidth={2.5} />
        </span>
      )}
    </li>
  )
}
