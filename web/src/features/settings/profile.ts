import type { User } from '@/api/gen/types.gen'

export type ProfileValues = { name: string; phone: string }
export const valuesOf = (u: Pick<User, 'name' | 'phone'>): ProfileValues => ({ name: u.name, phone: u.phone ?? '' })
const KEYS = ['name', 'phone'] as const

/** The fields changed here and, since `base`, elsewhere as well, to something else. */
export function clashes(mine: ProfileValues, base: ProfileValues, theirs: ProfileValues) {
  return KEYS.filter((k) => mine[k] !== base[k] && theirs[k] !== base[k] && theirs[k] !== mine[k])
}

/** Mine where I changed something, theirs elsewhere: nobody's change is lost when nothing clashes. */
export function merge(mine: ProfileValues, base: ProfileValues, theirs: ProfileValues): ProfileValues {
  const pick = (k: keyof ProfileValues) => (mine[k] === base[k] ? theirs[k] : mine[k])
  return { name: pick('name'), phone: pick('phone') }
}
